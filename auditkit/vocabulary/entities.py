"""The entities: the kinds of personal data that a recogniser finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from auditkit.errors import UsageError
from auditkit.vocabulary.categories import Sensitivity, sensitivity
from auditkit.vocabulary.national import NATIONAL
from auditkit.vocabulary.spelling import did_you_mean

THROUGHOUT = ("certain", "likely")
"""The verdicts on a column whose cells are of one kind."""

PRESENT = (*THROUGHOUT, "mixed")
"""The verdicts with which a column holds personal data; on `review` a person decides."""


@dataclass(frozen=True)
class Entity:
    """A kind of personal data.

    Attributes:
        name: the name that recognisers use, as in `EMAIL_ADDRESS`.
        label: the name for people.
        category: the data category, a fideslang key.
        dpv: the term of the Data Privacy Vocabulary.
        sensitivity: how much harm the data can do.
        articles: the articles that make it personal data, and those that protect it more than other data.
        kind: the entity that this one is a kind of: a `US_SSN` is a `NATIONAL_ID`.
    """

    name: str
    label: str
    category: str
    dpv: str
    sensitivity: Sensitivity
    articles: tuple[str, ...]
    kind: str | None = None


_ARTICLES: Mapping[Sensitivity, tuple[str, ...]] = MappingProxyType({
    Sensitivity.SPECIAL_CATEGORY: ("GDPR 9(1)",),
    Sensitivity.CRIMINAL: ("GDPR 10",),
    Sensitivity.CREDENTIAL: ("GDPR 32(1)",),
    Sensitivity.ONLINE_IDENTIFIER: ("GDPR rec. 30",),
    Sensitivity.PSEUDONYMOUS: ("GDPR 4(5)",),
})  # fmt: skip
"""The articles that protect data of a sensitivity."""

_SENSITIVITIES = MappingProxyType({
    "LOCATION": Sensitivity.LOCATION,
    "URL": Sensitivity.ONLINE_IDENTIFIER,
})  # fmt: skip
"""The entities that are not as sensitive as their data category."""

GENERAL: tuple[tuple[str, str, str, str, *tuple[str, ...]], ...] = (
    ("PERSON", "name of a person", "user.name", "pd:Name"),
    ("EMAIL_ADDRESS", "e-mail address", "user.contact.email", "pd:EmailAddress"),
    ("PHONE_NUMBER", "phone number", "user.contact.phone_number", "pd:TelephoneNumber"),
    ("STREET_ADDRESS", "street address", "user.contact.address.street", "pd:PhysicalAddress"),
    ("POSTAL_CODE", "postal code", "user.contact.address.postal_code", "pd:PostalCode"),
    ("LOCATION", "city, region or country", "user.contact.address", "pd:Location"),
    ("GEO_COORDINATES", "geographic coordinates", "user.location.precise", "pd:GPSCoordinate"),
    ("DATE_OF_BIRTH", "date of birth", "user.demographic.date_of_birth", "pd:BirthDate"),
    ("AGE", "age", "user.demographic.age_range", "pd:Age"),
    ("GENDER", "gender", "user.demographic.gender", "pd:Gender"),
    ("NATIONALITY", "nationality", "user.demographic", "pd:Nationality"),
    ("ETHNICITY", "racial or ethnic origin", "user.demographic.race_ethnicity", "pd:EthnicOrigin"),
    ("RELIGION", "religious belief", "user.demographic.religious_belief", "pd:ReligiousBelief"),
    ("POLITICAL_OPINION", "political opinion", "user.demographic.political_opinion", "pd:PoliticalOpinion"),
    ("TRADE_UNION", "trade union membership", "user.demographic.political_opinion",
     "pd:TradeUnionMembership"),
    ("SEXUAL_ORIENTATION", "sexual orientation", "user.demographic.sexual_orientation",
     "pd:SexualPreference"),
    ("HEALTH", "health data", "user.health_and_medical", "pd:Health", "GDPR 4(15)"),
    ("DISABILITY", "disability", "user.health_and_medical", "pd:Disability", "GDPR 4(15)"),
    ("GENETIC", "genetic data", "user.health_and_medical.genetic", "pd:Genetic", "GDPR 4(13)"),
    ("BIOMETRIC", "biometric data", "user.biometric", "pd:Biometric", "GDPR 4(14)"),
    ("CRIMINAL_RECORD", "criminal record", "user.criminal_history", "pd:Criminal"),
    ("MARITAL_STATUS", "marital status", "user.demographic.marital_status", "pd:MaritalStatus"),
    ("LANGUAGE", "language", "user.demographic.language", "pd:Language"),
    ("OCCUPATION", "occupation", "user.job_title", "pd:Job"),
    ("EDUCATION", "education", "user.demographic", "pd:Education"),
    ("ORGANIZATION", "organisation", "user.contact.organization", "pd:Professional"),
    ("INCOME", "income", "user.financial", "pd:Income"),
    ("CREDIT_CARD", "payment card number", "user.financial.credit_card", "pd:CreditCardNumber"),
    ("IBAN_CODE", "bank account number (IBAN)", "user.financial.bank_account", "pd:BankAccount"),
    ("BANK_ACCOUNT", "bank account number", "user.financial.bank_account", "pd:FinancialAccountNumber"),
    ("CRYPTO", "cryptocurrency address", "user.financial", "pd:FinancialAccount"),
    ("PASSPORT", "passport number", "user.government_id.passport_number", "pd:Passport"),
    ("DRIVER_LICENSE", "driving licence number", "user.government_id.drivers_license_number",
     "pd:OfficialID"),
    ("TAX_ID", "tax number of a person", "user.government_id", "pd:OfficialID", "GDPR 87"),
    ("NATIONAL_ID", "identity number", "user.government_id.national_identification_number",
     "pd:OfficialID", "GDPR 87"),
    ("LICENSE_PLATE", "vehicle registration", "user.government_id.vehicle_registration",
     "pd:VehicalLicenseRegistration"),
    ("VIN", "vehicle identification number", "user.government_id.vehicle_registration", "pd:Vehicle"),
    ("IP_ADDRESS", "IP address", "user.device.ip_address", "pd:IPAddress"),
    ("MAC_ADDRESS", "MAC address", "user.device.device_id", "pd:MACAddress"),
    ("DEVICE_ID", "device identifier", "user.device.device_id", "pd:DeviceBased"),
    ("COOKIE_ID", "cookie identifier", "user.device.cookie_id", "pd:Tracking"),
    ("USERNAME", "user name", "user.account.username", "pd:Username"),
    ("URL", "web address of a person", "user.contact.url", "pd:Identifier"),
    ("PASSWORD", "password", "user.authorization.password", "pd:Password"),
    ("SECRET", "key or token", "user.authorization.credentials", "pd:Authenticating"),
    ("PSEUDONYM", "pseudonym", "user.unique_id.pseudonymous", "dpv:PseudonymisedData"),
    ("FREE_TEXT", "free text", "user.content", "pd:Communication"),
)  # fmt: skip
"""The entities of every country: name, label, data category, DPV term, and articles of their own."""


def _general(name: str, label: str, category: str, dpv: str, *articles: str) -> Entity:
    level = _SENSITIVITIES.get(name) or sensitivity(category)
    every_article = ("GDPR 4(1)", *_ARTICLES.get(level, ()), *articles)
    return Entity(name, label, category, dpv, level, every_article)


def _entities() -> Mapping[str, Entity]:
    general = {row[0]: _general(*row) for row in GENERAL}
    national = {
        name: replace(general[kind], name=name, label=label, kind=kind) for name, label, kind in NATIONAL
    }
    return MappingProxyType(general | national)


ENTITIES: Mapping[str, Entity] = _entities()
"""Every kind of personal data by its name."""


def entity(name: str) -> Entity:
    """Return the entity of a name.

    Raises:
        UsageError: there is no such entity; the message offers the most similar name.

    >>> entity("US_SSN").kind, entity("US_SSN").category
    ('NATIONAL_ID', 'user.government_id.national_identification_number')
    """
    try:
        return ENTITIES[name]
    except KeyError:
        raise UsageError(f"unknown entity {name!r}.{did_you_mean(name, ENTITIES)}") from None

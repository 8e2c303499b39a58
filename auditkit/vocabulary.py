"""The closed lists: kinds of personal data, data categories, sensitivities, legal bases.

Everything here is data. An entity is what a recogniser finds (`EMAIL_ADDRESS`; Presidio's name where it has
one), a data category is what a policy declares (`user.contact.email`). Each entity has one row in one table;
adding one is adding a line.

Sources: the data categories are the `user.*` keys of fideslang 3.1.4 (Ethyca,
    https://ethyca.github.io/fideslang/, taxonomy under
CC BY 4.0); the `pd:` and `dpv:` terms are those of the W3C Data Privacy Vocabulary 2.3
(https://w3id.org/dpv/2.3/pd); articles are of Regulation (EU) 2016/679 (GDPR).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from auditkit.errors import UsageError

DATA_CATEGORIES = frozenset(
    """
    user user.account user.account.settings user.account.username
    user.authorization user.authorization.biometric user.authorization.credentials user.authorization.password
    user.behavior user.behavior.browsing_history user.behavior.media_consumption user.behavior.purchase_history user.behavior.search_history
    user.biometric user.biometric.fingerprint user.biometric.health user.biometric.retinal user.biometric.voice
    user.childrens
    user.contact user.contact.address user.contact.address.city user.contact.address.country user.contact.address.postal_code
    user.contact.address.state user.contact.address.street user.contact.email user.contact.fax_number user.contact.organization
    user.contact.phone_number user.contact.url
    user.content user.content.private user.content.public user.content.self_image
    user.criminal_history
    user.demographic user.demographic.age_range user.demographic.date_of_birth user.demographic.gender user.demographic.language
    user.demographic.marital_status user.demographic.political_opinion user.demographic.profile user.demographic.race_ethnicity
    user.demographic.religious_belief user.demographic.sexual_orientation
    user.device user.device.cookie user.device.cookie_id user.device.device_id user.device.ip_address
    user.financial user.financial.bank_account user.financial.credit_card
    user.government_id user.government_id.birth_certificate user.government_id.drivers_license_number user.government_id.immigration
    user.government_id.national_identification_number user.government_id.passport_number user.government_id.vehicle_registration
    user.health_and_medical user.health_and_medical.genetic user.health_and_medical.insurance_beneficiary_id
    user.health_and_medical.record_id
    user.job_title user.location user.location.imprecise user.location.precise
    user.name user.name.first user.name.last
    user.payment user.privacy_preferences user.sensor user.social user.telemetry
    user.unique_id user.unique_id.pseudonymous user.user_sensor user.workplace
    """.split()
)
"""The keys a policy may declare a column to be; `none` declares that it is not personal."""

LEGAL_BASES: Mapping[str, str] = MappingProxyType({
    "consent": "6(1)(a)",
    "contract": "6(1)(b)",
    "legal_obligation": "6(1)(c)",
    "vital_interests": "6(1)(d)",
    "public_task": "6(1)(e)",
    "legitimate_interests": "6(1)(f)",
})  # fmt: skip
"""What makes processing lawful, with its article (GDPR Art. 6(1))."""

ARTICLE_9_CONDITIONS: Mapping[str, str] = MappingProxyType({
    "explicit_consent": "9(2)(a)",
    "employment_and_social_security": "9(2)(b)",
    "vital_interests": "9(2)(c)",
    "not_for_profit_body": "9(2)(d)",
    "made_public_by_subject": "9(2)(e)",
    "legal_claims": "9(2)(f)",
    "substantial_public_interest": "9(2)(g)",
    "health_or_social_care": "9(2)(h)",
    "public_health": "9(2)(i)",
    "research_or_statistics": "9(2)(j)",
})  # fmt: skip
"""What lifts the prohibition on special categories, with its article (GDPR Art. 9(2))."""


class Sensitivity(StrEnum):
    """How much harm a kind of personal data can do, the worst first."""

    SPECIAL_CATEGORY = "special_category"
    CRIMINAL = "criminal"
    CREDENTIAL = "credential"
    FINANCIAL = "financial"
    GOVERNMENT_ID = "government_id"
    CONTACT = "contact"
    ONLINE_IDENTIFIER = "online_identifier"
    LOCATION = "location"
    DEMOGRAPHIC = "demographic"
    PSEUDONYMOUS = "pseudonymous"
    OTHER = "other"


_S = Sensitivity

_BY_CATEGORY: Mapping[str, Sensitivity] = MappingProxyType({
    "user.health_and_medical": _S.SPECIAL_CATEGORY,
    "user.biometric": _S.SPECIAL_CATEGORY,
    "user.authorization.biometric": _S.SPECIAL_CATEGORY,
    "user.demographic.race_ethnicity": _S.SPECIAL_CATEGORY,
    "user.demographic.religious_belief": _S.SPECIAL_CATEGORY,
    "user.demographic.political_opinion": _S.SPECIAL_CATEGORY,
    "user.demographic.sexual_orientation": _S.SPECIAL_CATEGORY,
    "user.criminal_history": _S.CRIMINAL,
    "user.authorization": _S.CREDENTIAL,
    "user.financial": _S.FINANCIAL,
    "user.payment": _S.FINANCIAL,
    "user.government_id": _S.GOVERNMENT_ID,
    "user.name": _S.CONTACT,
    "user.contact": _S.CONTACT,
    "user.account": _S.ONLINE_IDENTIFIER,
    "user.device": _S.ONLINE_IDENTIFIER,
    "user.location": _S.LOCATION,
    "user.demographic": _S.DEMOGRAPHIC,
    "user.childrens": _S.DEMOGRAPHIC,
    "user.job_title": _S.DEMOGRAPHIC,
    "user.workplace": _S.DEMOGRAPHIC,
    "user.unique_id": _S.PSEUDONYMOUS,
})  # fmt: skip


@dataclass(frozen=True)
class Entity:
    """A kind of personal data.

    Attributes:
        name: what a recogniser calls it, as in `EMAIL_ADDRESS`.
        label: words for people.
        category: the fideslang key.
        dpv: the term of the Data Privacy Vocabulary.
        sensitivity: how much harm it can do.
        articles: what makes it personal, or more than that.
        kind: the entity this is a kind of, as a `US_SSN` is a `NATIONAL_ID`.
    """

    name: str
    label: str
    category: str
    dpv: str
    sensitivity: Sensitivity
    articles: tuple[str, ...]
    kind: str | None = None


_ARTICLES: Mapping[Sensitivity, tuple[str, ...]] = MappingProxyType({
    _S.SPECIAL_CATEGORY: ("GDPR 9(1)",),
    _S.CRIMINAL: ("GDPR 10",),
    _S.CREDENTIAL: ("GDPR 32(1)",),
    _S.ONLINE_IDENTIFIER: ("GDPR rec. 30",),
    _S.PSEUDONYMOUS: ("GDPR 4(5)",),
})  # fmt: skip

_GENERAL: tuple[tuple[str, str, str, str, Sensitivity, *tuple[str, ...]], ...] = (
    ("PERSON", "name of a person", "user.name", "pd:Name", _S.CONTACT),
    ("EMAIL_ADDRESS", "e-mail address", "user.contact.email", "pd:EmailAddress", _S.CONTACT),
    ("PHONE_NUMBER", "phone number", "user.contact.phone_number", "pd:TelephoneNumber", _S.CONTACT),
    ("STREET_ADDRESS", "street address", "user.contact.address.street", "pd:PhysicalAddress", _S.CONTACT),
    ("POSTAL_CODE", "postal code", "user.contact.address.postal_code", "pd:PostalCode", _S.CONTACT),
    ("LOCATION", "city, region or country", "user.contact.address", "pd:Location", _S.LOCATION),
    ("GEO_COORDINATES", "geographic coordinates", "user.location.precise", "pd:GPSCoordinate", _S.LOCATION),
    ("DATE_OF_BIRTH", "date of birth", "user.demographic.date_of_birth", "pd:BirthDate", _S.DEMOGRAPHIC),
    ("AGE", "age", "user.demographic.age_range", "pd:Age", _S.DEMOGRAPHIC),
    ("GENDER", "gender", "user.demographic.gender", "pd:Gender", _S.DEMOGRAPHIC),
    ("NATIONALITY", "nationality", "user.demographic", "pd:Nationality", _S.DEMOGRAPHIC),
    ("ETHNICITY", "racial or ethnic origin", "user.demographic.race_ethnicity", "pd:EthnicOrigin", _S.SPECIAL_CATEGORY),
    ("RELIGION", "religious belief", "user.demographic.religious_belief", "pd:ReligiousBelief", _S.SPECIAL_CATEGORY),
    ("POLITICAL_OPINION", "political opinion", "user.demographic.political_opinion", "pd:PoliticalOpinion", _S.SPECIAL_CATEGORY),
    ("TRADE_UNION", "trade union membership", "user.demographic.political_opinion", "pd:TradeUnionMembership", _S.SPECIAL_CATEGORY),
    ("SEXUAL_ORIENTATION", "sexual orientation", "user.demographic.sexual_orientation", "pd:SexualPreference", _S.SPECIAL_CATEGORY),
    ("HEALTH", "health data", "user.health_and_medical", "pd:Health", _S.SPECIAL_CATEGORY, "GDPR 4(15)"),
    ("DISABILITY", "disability", "user.health_and_medical", "pd:Disability", _S.SPECIAL_CATEGORY, "GDPR 4(15)"),
    ("GENETIC", "genetic data", "user.health_and_medical.genetic", "pd:Genetic", _S.SPECIAL_CATEGORY, "GDPR 4(13)"),
    ("BIOMETRIC", "biometric data", "user.biometric", "pd:Biometric", _S.SPECIAL_CATEGORY, "GDPR 4(14)"),
    ("CRIMINAL_RECORD", "criminal record", "user.criminal_history", "pd:Criminal", _S.CRIMINAL),
    ("MARITAL_STATUS", "marital status", "user.demographic.marital_status", "pd:MaritalStatus", _S.DEMOGRAPHIC),
    ("LANGUAGE", "language", "user.demographic.language", "pd:Language", _S.DEMOGRAPHIC),
    ("OCCUPATION", "occupation", "user.job_title", "pd:Job", _S.DEMOGRAPHIC),
    ("EDUCATION", "education", "user.demographic", "pd:Education", _S.DEMOGRAPHIC),
    ("ORGANIZATION", "organisation", "user.contact.organization", "pd:Professional", _S.CONTACT),
    ("INCOME", "income", "user.financial", "pd:Income", _S.FINANCIAL),
    ("CREDIT_CARD", "payment card number", "user.financial.credit_card", "pd:CreditCardNumber", _S.FINANCIAL),
    ("IBAN_CODE", "bank account number (IBAN)", "user.financial.bank_account", "pd:BankAccount", _S.FINANCIAL),
    ("BANK_ACCOUNT", "bank account number", "user.financial.bank_account", "pd:FinancialAccountNumber", _S.FINANCIAL),
    ("CRYPTO", "cryptocurrency address", "user.financial", "pd:FinancialAccount", _S.FINANCIAL),
    ("PASSPORT", "passport number", "user.government_id.passport_number", "pd:Passport", _S.GOVERNMENT_ID),
    ("DRIVER_LICENSE", "driving licence number", "user.government_id.drivers_license_number", "pd:OfficialID", _S.GOVERNMENT_ID),
    ("TAX_ID", "tax number of a person", "user.government_id", "pd:OfficialID", _S.GOVERNMENT_ID, "GDPR 87"),
    ("NATIONAL_ID", "identity number", "user.government_id.national_identification_number", "pd:OfficialID", _S.GOVERNMENT_ID, "GDPR 87"),
    ("LICENSE_PLATE", "vehicle registration", "user.government_id.vehicle_registration", "pd:VehicalLicenseRegistration", _S.GOVERNMENT_ID),
    ("VIN", "vehicle identification number", "user.government_id.vehicle_registration", "pd:Vehicle", _S.GOVERNMENT_ID),
    ("IP_ADDRESS", "IP address", "user.device.ip_address", "pd:IPAddress", _S.ONLINE_IDENTIFIER),
    ("MAC_ADDRESS", "MAC address", "user.device.device_id", "pd:MACAddress", _S.ONLINE_IDENTIFIER),
    ("DEVICE_ID", "device identifier", "user.device.device_id", "pd:DeviceBased", _S.ONLINE_IDENTIFIER),
    ("COOKIE_ID", "cookie identifier", "user.device.cookie_id", "pd:Tracking", _S.ONLINE_IDENTIFIER),
    ("USERNAME", "user name", "user.account.username", "pd:Username", _S.ONLINE_IDENTIFIER),
    ("URL", "web address of a person", "user.contact.url", "pd:Identifier", _S.ONLINE_IDENTIFIER),
    ("PASSWORD", "password", "user.authorization.password", "pd:Password", _S.CREDENTIAL),
    ("SECRET", "key or token", "user.authorization.credentials", "pd:Authenticating", _S.CREDENTIAL),
    ("PSEUDONYM", "pseudonym", "user.unique_id.pseudonymous", "dpv:PseudonymisedData", _S.PSEUDONYMOUS),
    ("FREE_TEXT", "free text", "user.content", "pd:Communication", _S.OTHER),
)  # fmt: skip

_NATIONAL = (
    ("AE_EMIRATES_ID", "Emirates identity number", "NATIONAL_ID"),
    ("AL_NID", "Albanian identity number (NID)", "NATIONAL_ID"),
    ("AR_CUIT", "Argentine tax number (CUIT)", "TAX_ID"),
    ("AR_DNI", "Argentine identity number (DNI)", "NATIONAL_ID"),
    ("AT_TIN", "Austrian tax number", "TAX_ID"),
    ("AT_VNR", "Austrian social insurance number", "NATIONAL_ID"),
    ("AU_MEDICARE", "Australian Medicare number", "NATIONAL_ID"),
    ("AU_TFN", "Australian tax file number", "TAX_ID"),
    ("BA_JMBG", "Bosnian citizen number (JMBG)", "NATIONAL_ID"),
    ("BE_BIS", "Belgian BIS number of a foreigner", "NATIONAL_ID"),
    ("BE_NN", "Belgian national register number", "NATIONAL_ID"),
    ("BG_EGN", "Bulgarian citizen number (EGN)", "NATIONAL_ID"),
    ("BG_PNF", "Bulgarian number of a foreigner (PNF)", "NATIONAL_ID"),
    ("BR_CPF", "Brazilian taxpayer number (CPF)", "TAX_ID"),
    ("BY_UNP", "Belarusian taxpayer number (UNP)", "TAX_ID"),
    ("CA_BC_PHN", "British Columbian health number", "NATIONAL_ID"),
    ("CA_SIN", "Canadian social insurance number", "NATIONAL_ID"),
    ("CH_AHV", "Swiss social insurance number (AHV)", "NATIONAL_ID"),
    ("CL_RUT", "Chilean identity and tax number (RUT)", "NATIONAL_ID"),
    ("CN_RIC", "Chinese resident identity number", "NATIONAL_ID"),
    ("CO_NIT", "Colombian tax number (NIT)", "TAX_ID"),
    ("CR_CPF", "Costa Rican identity number (CPF)", "NATIONAL_ID"),
    ("CR_CR", "Costa Rican number of a resident foreigner", "NATIONAL_ID"),
    ("CU_NI", "Cuban identity number (NI)", "NATIONAL_ID"),
    ("CZ_RC", "Czech birth number", "NATIONAL_ID"),
    ("DE_HEALTH_INSURANCE", "German health insurance number", "NATIONAL_ID"),
    ("DE_ID_CARD", "German identity card number", "NATIONAL_ID"),
    ("DE_SOCIAL_SECURITY", "German pension insurance number", "NATIONAL_ID"),
    ("DE_STEUERNUMMER", "German tax number (Steuernummer)", "TAX_ID"),
    ("DE_TAX_ID", "German tax identification number", "TAX_ID"),
    ("DK_CPR", "Danish civil registration number (CPR)", "NATIONAL_ID"),
    ("DO_CEDULA", "Dominican identity number", "NATIONAL_ID"),
    ("EC_CI", "Ecuadorian identity number", "NATIONAL_ID"),
    ("EE_IK", "Estonian personal code", "NATIONAL_ID"),
    ("EG_NID", "Egyptian identity number", "NATIONAL_ID"),
    ("EG_TN", "Egyptian tax number", "TAX_ID"),
    ("ES_NIE", "Spanish foreigner number (NIE)", "NATIONAL_ID"),
    ("ES_NIF", "Spanish identity and tax number (NIF)", "NATIONAL_ID"),
    ("FI_HETU", "Finnish personal identity code", "NATIONAL_ID"),
    ("FI_VERONUMERO", "Finnish individual tax number", "TAX_ID"),
    ("FR_NIR", "French social security number (NIR)", "NATIONAL_ID"),
    ("FR_SPI", "French tax number (SPI)", "TAX_ID"),
    ("GH_TIN", "Ghanaian taxpayer number (TIN)", "TAX_ID"),
    ("GR_AFM", "Greek tax number (AFM)", "TAX_ID"),
    ("GR_AMKA", "Greek social security number (AMKA)", "NATIONAL_ID"),
    ("GT_NIT", "Guatemalan tax number (NIT)", "TAX_ID"),
    ("HK_HKID", "Hong Kong identity card number", "NATIONAL_ID"),
    ("HR_OIB", "Croatian personal number (OIB)", "NATIONAL_ID"),
    ("HU_SZEMELYI", "Hungarian personal number", "NATIONAL_ID"),
    ("HU_TAJ", "Hungarian social security number (TAJ)", "NATIONAL_ID"),
    ("HU_TAX_ID", "Hungarian tax number of a person", "TAX_ID"),
    ("ID_NIK", "Indonesian identity number (NIK)", "NATIONAL_ID"),
    ("IE_PPS", "Irish personal public service number", "NATIONAL_ID"),
    ("IL_ID", "Israeli identity number", "NATIONAL_ID"),
    ("IN_AADHAAR", "Indian Aadhaar number", "NATIONAL_ID"),
    ("IN_PAN", "Indian permanent account number", "TAX_ID"),
    ("IN_VID", "Indian virtual identity number (VID)", "NATIONAL_ID"),
    ("IN_VOTER", "Indian voter number", "NATIONAL_ID"),
    ("IR_NID", "Iranian identity number", "NATIONAL_ID"),
    ("IS_KENNITALA", "Icelandic identity number", "NATIONAL_ID"),
    ("IT_FISCAL_CODE", "Italian fiscal code", "TAX_ID"),
    ("IT_IDENTITY_CARD", "Italian identity card number", "NATIONAL_ID"),
    ("JP_MY_NUMBER", "Japanese individual number", "NATIONAL_ID"),
    ("KE_PIN", "Kenyan tax number (PIN)", "TAX_ID"),
    ("KR_RRN", "South Korean resident registration number", "NATIONAL_ID"),
    ("KW_CIVIL_ID", "Kuwaiti civil number", "NATIONAL_ID"),
    ("KZ_IIN", "Kazakh individual number (IIN)", "NATIONAL_ID"),
    ("LK_NIC", "Sri Lankan identity card number", "NATIONAL_ID"),
    ("LT_ASMENS", "Lithuanian personal code", "NATIONAL_ID"),
    ("LU_MATRICULE", "Luxembourgish identification number (matricule)", "NATIONAL_ID"),
    ("LV_PK", "Latvian personal code", "NATIONAL_ID"),
    ("MA_CIN", "Moroccan identity card number (CIN)", "NATIONAL_ID"),
    ("MD_IDNP", "Moldovan personal number (IDNP)", "NATIONAL_ID"),
    ("ME_JMBG", "Montenegrin citizen number (JMBG)", "NATIONAL_ID"),
    ("MK_EDB", "Macedonian tax number (EDB)", "TAX_ID"),
    ("MU_NID", "Mauritian identity number", "NATIONAL_ID"),
    ("MX_CURP", "Mexican population register code (CURP)", "NATIONAL_ID"),
    ("MX_RFC", "Mexican taxpayer number (RFC)", "TAX_ID"),
    ("MY_NRIC", "Malaysian identity card number", "NATIONAL_ID"),
    ("MZ_NUIT", "Mozambican tax number (NUIT)", "TAX_ID"),
    ("NG_NIN", "Nigerian identity number (NIN)", "NATIONAL_ID"),
    ("NL_BSN", "Dutch citizen service number (BSN)", "NATIONAL_ID"),
    ("NL_ONDERWIJS", "Dutch student number", "NATIONAL_ID"),
    ("NO_FODSELSNUMMER", "Norwegian birth number", "NATIONAL_ID"),
    ("NZ_IRD", "New Zealand tax number (IRD)", "TAX_ID"),
    ("PE_CUI", "Peruvian identity number (CUI)", "NATIONAL_ID"),
    ("PH_TIN", "Philippine taxpayer number (TIN)", "TAX_ID"),
    ("PK_CNIC", "Pakistani identity card number (CNIC)", "NATIONAL_ID"),
    ("PL_ID_CARD", "Polish identity card number", "NATIONAL_ID"),
    ("PL_NIP", "Polish tax number (NIP)", "TAX_ID"),
    ("PL_PESEL", "Polish population register number (PESEL)", "NATIONAL_ID"),
    ("PT_CC", "Portuguese citizen card number", "NATIONAL_ID"),
    ("PT_NIF", "Portuguese tax number (NIF)", "TAX_ID"),
    ("PY_CI", "Paraguayan identity number", "NATIONAL_ID"),
    ("RO_CNP", "Romanian personal numeric code (CNP)", "NATIONAL_ID"),
    ("RS_JMBG", "Serbian citizen number (JMBG)", "NATIONAL_ID"),
    ("RU_INN", "Russian taxpayer number (INN)", "TAX_ID"),
    ("RU_SNILS", "Russian insurance number (SNILS)", "NATIONAL_ID"),
    ("SA_ID", "Saudi identity number", "NATIONAL_ID"),
    ("SE_PERSONNUMMER", "Swedish personal identity number", "NATIONAL_ID"),
    ("SG_NRIC", "Singapore identity card number (NRIC, FIN)", "NATIONAL_ID"),
    ("SI_EMSO", "Slovenian personal number (EMSO)", "NATIONAL_ID"),
    ("SK_RC", "Slovak birth number", "NATIONAL_ID"),
    ("SV_NIT", "Salvadoran tax number (NIT)", "TAX_ID"),
    ("TH_TNIN", "Thai identity number", "NATIONAL_ID"),
    ("TR_TCKIMLIK", "Turkish identity number", "NATIONAL_ID"),
    ("TR_VKN", "Turkish tax number (VKN)", "TAX_ID"),
    ("TW_ID", "Taiwanese identity number", "NATIONAL_ID"),
    ("UA_RNTRC", "Ukrainian taxpayer number", "TAX_ID"),
    ("UK_CHI", "Scottish health number (CHI)", "NATIONAL_ID"),
    ("UK_NHS", "British NHS number", "NATIONAL_ID"),
    ("UK_NINO", "British national insurance number", "NATIONAL_ID"),
    ("UK_UPN", "English pupil number (UPN)", "NATIONAL_ID"),
    ("UK_UTR", "British unique taxpayer reference", "TAX_ID"),
    ("US_ATIN", "US taxpayer number of an adoption (ATIN)", "TAX_ID"),
    ("US_ITIN", "US individual taxpayer number (ITIN)", "TAX_ID"),
    ("US_MBI", "US Medicare beneficiary identifier", "NATIONAL_ID"),
    ("US_PTIN", "US tax preparer number (PTIN)", "TAX_ID"),
    ("US_SSN", "US social security number", "NATIONAL_ID"),
    ("UY_CI", "Uruguayan identity number", "NATIONAL_ID"),
    ("VE_CEDULA", "Venezuelan identity number", "NATIONAL_ID"),
    ("VN_MST", "Vietnamese tax number (MST)", "TAX_ID"),
    ("ZA_ID", "South African identity number", "NATIONAL_ID"),
    ("ZA_TIN", "South African tax number", "TAX_ID"),
)
"""Numbers that a country gives a person, each a kind of identity or tax number; numbers of businesses are not
personal and not here.
"""


def _entities() -> Mapping[str, Entity]:
    general = {
        name: Entity(
            name, label, category, dpv, sensitivity, ("GDPR 4(1)", *_ARTICLES.get(sensitivity, ()), *more)
        )
        for name, label, category, dpv, sensitivity, *more in _GENERAL
    }
    national = {
        name: replace(general[kind], name=name, label=label, kind=kind) for name, label, kind in _NATIONAL
    }
    return MappingProxyType(general | national)


ENTITIES: Mapping[str, Entity] = _entities()
PRESENT = ("certain", "likely")
"""The verdicts by which a column holds personal data; `review` is for a person to say."""
"""Every kind of personal data by its name."""


def entity(name: str) -> Entity:
    """Return the entity of that name.

    Raises:
        ValueError: there is none; says which name is close.

    >>> entity("US_SSN").kind, entity("US_SSN").category
    ('NATIONAL_ID', 'user.government_id.national_identification_number')
    """
    try:
        return ENTITIES[name]
    except KeyError:
        raise UsageError(f"unknown entity {name!r}.{did_you_mean(name, ENTITIES)}") from None


def is_ancestor(category: str, of: str) -> bool:
    """Return whether a data category covers another one, as every category covers itself.

    >>> is_ancestor("user.contact", "user.contact.email"), is_ancestor("user.contact.email", "user.contact")
    (True, False)
    """
    return of == category or of.startswith(f"{category}.")


def sensitivity(category: str) -> Sensitivity:
    """Return the sensitivity of a data category: that of its nearest ancestor which has one.

    >>> sensitivity("user.health_and_medical.record_id").value, sensitivity("user.contact.email").value
    ('special_category', 'contact')
    """
    ancestors = [known for known in _BY_CATEGORY if is_ancestor(known, category)]
    return _BY_CATEGORY[max(ancestors, key=len)] if ancestors else Sensitivity.OTHER


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint that names the choice closest to a word, or nothing where none is close.

    >>> did_you_mean("closd_at", ["closed_at", "id"])
    " Did you mean 'closed_at'?"
    >>> did_you_mean("EMAIL", ["EMAIL_ADDRESS", "PERSON"])
    " Did you mean 'EMAIL_ADDRESS'?"
    >>> did_you_mean("zebra", ["closed_at", "id"])
    ''
    """
    known = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(word.casefold(), known, n=1) or sorted(
        k for k in known if k.startswith(f"{word.casefold()}_")
    )
    return f" Did you mean {known[close[0]]!r}?" if close else ""

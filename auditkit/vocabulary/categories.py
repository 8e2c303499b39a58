"""The data categories that a policy declares, and how sensitive each is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

DATA_CATEGORIES = frozenset(
    """
    user
    user.account user.account.settings user.account.username
    user.authorization user.authorization.biometric user.authorization.credentials
    user.authorization.password
    user.behavior user.behavior.browsing_history user.behavior.media_consumption
    user.behavior.purchase_history user.behavior.search_history
    user.biometric user.biometric.fingerprint user.biometric.health user.biometric.retinal
    user.biometric.voice
    user.childrens
    user.contact user.contact.address user.contact.address.city user.contact.address.country
    user.contact.address.postal_code user.contact.address.state user.contact.address.street
    user.contact.email user.contact.fax_number user.contact.organization user.contact.phone_number
    user.contact.url
    user.content user.content.private user.content.public user.content.self_image
    user.criminal_history
    user.demographic user.demographic.age_range user.demographic.date_of_birth user.demographic.gender
    user.demographic.language user.demographic.marital_status user.demographic.political_opinion
    user.demographic.profile user.demographic.race_ethnicity user.demographic.religious_belief
    user.demographic.sexual_orientation
    user.device user.device.cookie user.device.cookie_id user.device.device_id user.device.ip_address
    user.financial user.financial.bank_account user.financial.credit_card
    user.government_id user.government_id.birth_certificate user.government_id.drivers_license_number
    user.government_id.immigration user.government_id.national_identification_number
    user.government_id.passport_number user.government_id.vehicle_registration
    user.health_and_medical user.health_and_medical.genetic
    user.health_and_medical.insurance_beneficiary_id user.health_and_medical.record_id
    user.job_title
    user.location user.location.imprecise user.location.precise
    user.name user.name.first user.name.last
    user.payment user.privacy_preferences user.sensor user.social user.telemetry
    user.unique_id user.unique_id.pseudonymous user.user_sensor user.workplace
    """.split()
)
"""The data categories of personal data; in a policy `none` declares that a column is not personal."""


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


_BY_CATEGORY: Mapping[str, Sensitivity] = MappingProxyType({
    "user.health_and_medical": Sensitivity.SPECIAL_CATEGORY,
    "user.biometric": Sensitivity.SPECIAL_CATEGORY,
    "user.authorization.biometric": Sensitivity.SPECIAL_CATEGORY,
    "user.demographic.race_ethnicity": Sensitivity.SPECIAL_CATEGORY,
    "user.demographic.religious_belief": Sensitivity.SPECIAL_CATEGORY,
    "user.demographic.political_opinion": Sensitivity.SPECIAL_CATEGORY,
    "user.demographic.sexual_orientation": Sensitivity.SPECIAL_CATEGORY,
    "user.criminal_history": Sensitivity.CRIMINAL,
    "user.authorization": Sensitivity.CREDENTIAL,
    "user.financial": Sensitivity.FINANCIAL,
    "user.payment": Sensitivity.FINANCIAL,
    "user.government_id": Sensitivity.GOVERNMENT_ID,
    "user.name": Sensitivity.CONTACT,
    "user.contact": Sensitivity.CONTACT,
    "user.account": Sensitivity.ONLINE_IDENTIFIER,
    "user.device": Sensitivity.ONLINE_IDENTIFIER,
    "user.location": Sensitivity.LOCATION,
    "user.demographic": Sensitivity.DEMOGRAPHIC,
    "user.childrens": Sensitivity.DEMOGRAPHIC,
    "user.job_title": Sensitivity.DEMOGRAPHIC,
    "user.workplace": Sensitivity.DEMOGRAPHIC,
    "user.unique_id": Sensitivity.PSEUDONYMOUS,
})  # fmt: skip
"""The sensitivity of each data category and of those below it."""


def is_ancestor(category: str, of: str) -> bool:
    """Return whether a data category covers another one; every category covers itself.

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

"""Which entities identify a person outside the database."""

from __future__ import annotations

from auditkit.vocabulary import ENTITIES

IDENTIFIERS = frozenset(
    "EMAIL_ADDRESS PHONE_NUMBER NATIONAL_ID TAX_ID PASSPORT DRIVER_LICENSE"
    " CREDIT_CARD IBAN_CODE BANK_ACCOUNT".split()
)
"""A user name is not among them, because it is made for the database."""


def is_identifier(entity: str | None) -> bool:
    """Return whether an entity identifies a person outside the database.

    >>> is_identifier("DE_TAX_ID"), is_identifier("EMAIL_ADDRESS"), is_identifier("PSEUDONYM")
    (True, True, False)
    """
    return entity in ENTITIES and bool({entity, ENTITIES[str(entity)].kind} & IDENTIFIERS)

"""Which data categories make a finding more severe."""

from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

GRAVE = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL, Sensitivity.CREDENTIAL})
PAYMENT = tuple(ENTITIES[name].category for name in ("CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT"))


def is_sensitive(category: str | None) -> bool:
    """Return whether a data category is special, criminal, a credential, or payment data.

    >>> is_sensitive("user.health_and_medical"), is_sensitive("user.contact.email")
    (True, False)
    """
    return category is not None and (
        sensitivity(category) in GRAVE or any(is_ancestor(payment, category) for payment in PAYMENT)
    )


def declares_sensitive(policy: Policy, table: str) -> bool:
    """Return whether the policy declares a column of the table in such a category."""
    declared = policy.table(table)
    return declared is not None and any(
        is_sensitive(column.category) for column in declared.columns.values() if column.personal
    )


@fact
def sensitive(policy: Policy, relation: Examined) -> bool:
    """Whether the policy declares sensitive data for a column of the table.

    Sensitive are special categories, criminal records, credentials and payment data.
    """
    return declares_sensitive(policy, relation.name)


def is_credential(category: str | None) -> bool:
    """Return whether a data category is one of passwords, keys and tokens.

    >>> is_credential("user.authorization.password"), is_credential("user.contact"), is_credential(None)
    (True, False, False)
    """
    return category is not None and sensitivity(category) is Sensitivity.CREDENTIAL

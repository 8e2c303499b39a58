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


@fact
def sensitive(policy: Policy, relation: Examined) -> bool:
    """Whether the policy declares a special category, criminal records, credentials or payment data for a
    column of the table.
    """
    table = policy.table(relation.name)
    return table is not None and any(is_sensitive(c.category) for c in table.columns.values() if c.personal)

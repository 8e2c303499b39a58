from __future__ import annotations

from auditkit.facts.relation import Examined
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor

GRAVE = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL, Sensitivity.CREDENTIAL})
PAYMENT = frozenset({"CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT"})


def sensitive(policy: Policy, relation: Examined) -> bool:
    """Whether the policy declares a special category, criminal records, credentials or payment data for a column of the table."""
    table = policy.table(relation.name)
    declared = [c.category for c in table.columns.values() if c.category] if table is not None else []
    grave = [e.category for e in ENTITIES.values() if e.sensitivity in GRAVE or e.name in PAYMENT]
    return any(is_ancestor(category, mine) for category in grave for mine in declared)

from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy, TablePolicy


@fact
def declared(policy: Policy, relation: Examined) -> TablePolicy | Missing:
    """What the policy says about the table."""
    return policy.table(relation.name) or Missing(
        Cause.UNDECLARED, f"the policy says nothing about {relation.name}"
    )

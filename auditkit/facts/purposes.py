from __future__ import annotations

from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy, Purpose


def purposes(policy: Policy, relation: Examined) -> tuple[Purpose, ...] | Missing:
    """The declared purposes of the table; empty where the policy gives it none."""
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says what the data of this source is for")
    table = policy.table(relation.name)
    return tuple(
        policy.purposes[name]
        for name in (table.purposes if table is not None else ())
        if name in policy.purposes
    )

from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy


@fact
def subject(policy: Policy, relation: Examined) -> str | Missing:
    """The column that tells one data subject of the table from another."""
    table = policy.table(relation.name)
    if table is None or table.subject is None or not table.subject.key:
        return Missing(
            Cause.UNDECLARED, f"the policy does not say who the data subjects of {relation.name} are"
        )
    names = relation.table.columns if relation.table is not None else ()
    if table.subject.key not in names:
        at = ("tables", relation.name, "subject", "key")
        raise NoColumnError.of(policy, at, relation.name, table.subject.key, names)
    return table.subject.key

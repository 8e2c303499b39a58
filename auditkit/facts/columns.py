from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy, Policy


@fact
def columns(policy: Policy, relation: Examined) -> Mapping[str, ColumnPolicy] | Missing:
    """The data categories that the policy declares for the table's columns; empty for a table it does not
    name.
    """
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says which personal data this source may hold")
    table = policy.table(relation.name)
    return table.columns if table is not None else {}

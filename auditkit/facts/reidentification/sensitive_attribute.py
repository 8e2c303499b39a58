from __future__ import annotations

from auditkit.check import each
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, TablePolicy


@each
def sensitive_attribute(
    policy: Policy, relation: Examined, declared: TablePolicy
) -> tuple[Column, ...] | Missing:
    """The columns of the table that must not be learned about a person."""
    if not declared.sensitive:
        return Missing(Cause.UNDECLARED, f"the policy names no sensitive attributes of {relation.name}")
    names = relation.table.columns if relation.table is not None else ()
    for column in declared.sensitive:
        if column not in names:
            raise NoColumnError.of(
                policy, ("tables", relation.name, "sensitive"), relation.name, column, names
            )
    return tuple(Column(c) for c in declared.sensitive)

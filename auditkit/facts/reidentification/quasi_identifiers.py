from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, TablePolicy


@fact
def quasi_identifiers(policy: Policy, relation: Examined, declared: TablePolicy) -> tuple[str, ...] | Missing:
    """The columns that together single a person out."""
    if not declared.quasi_identifiers:
        return Missing(Cause.UNDECLARED, f"the policy names no quasi-identifiers of {relation.name}")
    names = relation.table.columns if relation.table is not None else ()
    for column in declared.quasi_identifiers:
        if column not in names:
            at = ("tables", relation.name, "quasi_identifiers")
            raise NoColumnError.of(policy, at, relation.name, column, names)
    return tuple(declared.quasi_identifiers)

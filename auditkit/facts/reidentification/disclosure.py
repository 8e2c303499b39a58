"""What the policy declares about how well the people in a table must hide."""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.check import each, fact
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, TablePolicy


@fact
def quasi_identifiers(policy: Policy, relation: Examined, declared: TablePolicy) -> tuple[str, ...] | Missing:
    """The columns that together may single a person out."""
    if not declared.quasi_identifiers:
        return Missing(Cause.UNDECLARED, f"the policy names no quasi-identifiers of {relation.name}")
    _check_names(policy, relation, "quasi_identifiers", declared.quasi_identifiers)
    return tuple(declared.quasi_identifiers)


@each
def sensitive_attribute(
    policy: Policy, relation: Examined, declared: TablePolicy
) -> tuple[Column, ...] | Missing:
    """The columns that nobody may learn about a person."""
    if not declared.sensitive:
        return Missing(Cause.UNDECLARED, f"the policy names no sensitive attributes of {relation.name}")
    _check_names(policy, relation, "sensitive", declared.sensitive)
    return tuple(map(Column, declared.sensitive))


@fact
def exposed(declared: TablePolicy) -> bool:
    """Whether outsiders may look for people in the table: it is published, or called anonymous."""
    return declared.anonymous or (declared.disclosure is not None and declared.disclosure.published)


def _check_names(policy: Policy, relation: Examined, key: str, columns: Iterable[str]) -> None:
    """Check that the table has the columns that a key of the policy names.

    Raises:
        NoColumnError: it has not.
    """
    names = relation.table.columns if relation.table is not None else ()
    for column in columns:
        if column not in names:
            raise NoColumnError.of(policy, ("tables", relation.name, key), relation.name, column, names)

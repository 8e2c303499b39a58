from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Period, Policy, TablePolicy

GRACE = Period.parse("P30D")
"""How long a row that is marked as deleted may stay, where its rule does not say."""


@dataclass(frozen=True)
class DeletionMark:
    """The column that marks a row of the table as deleted, how long such a row may stay, and which rows are
    held.
    """

    column: str
    grace: Period
    hold: str | None
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,)}


@many
def deletion_mark(
    policy: Policy, relation: Examined, declared: TablePolicy
) -> tuple[DeletionMark, ...] | Missing:
    """The columns that retention rules of the table name as `deleted`."""
    found = marks_of(
        policy, relation.name, declared, relation.table.columns if relation.table is not None else ()
    )
    undeclared = f"no retention rule of {relation.name} says which column marks a row as deleted (`deleted`)"
    return found or Missing(Cause.UNDECLARED, undeclared)


def marks_of(
    policy: Policy, name: str, declared: TablePolicy, columns: Collection[str]
) -> tuple[DeletionMark, ...]:
    """Return how the rules of a table mark a row as deleted.

    Raises:
        PolicyError: a rule names a column that is not there.
    """
    rules = [r for r in declared.retention if r.deleted]
    for rule in rules:
        if rule.deleted not in columns:
            raise NoColumnError.of(
                policy, ("tables", name, "retention", "deleted"), name, str(rule.deleted), columns
            )
    return tuple(
        {str(r.deleted): DeletionMark(str(r.deleted), r.grace or GRACE, r.hold) for r in rules}.values()
    )

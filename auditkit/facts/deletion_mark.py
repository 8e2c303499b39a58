from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Period, Policy, PolicyError, TablePolicy
from auditkit.vocabulary import did_you_mean

GRACE = Period.parse("P30D")
"""How long a row that is marked as deleted may stay, where its rule does not say."""


@dataclass(frozen=True)
class DeletionMark:
    """The column that marks a row of the table as deleted, how long such a row may stay, and which rows are held."""

    column: str
    grace: Period
    hold: str | None
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,)}


@many
def deletion_mark(policy: Policy, relation: Examined, declared: TablePolicy) -> tuple[DeletionMark, ...] | Missing:
    """The columns that retention rules of the table name as `deleted`."""
    rules = [r for r in declared.retention if r.deleted]
    columns = relation.table.columns if relation.table is not None else ()
    for rule in rules:
        if rule.deleted not in columns:
            told = f"{relation.name} has no column {rule.deleted!r}.{did_you_mean(str(rule.deleted), columns)}"
            raise PolicyError.at(policy, ("tables", relation.name, "retention", "deleted"), told)
    marks = {str(r.deleted): DeletionMark(str(r.deleted), r.grace or GRACE, r.hold) for r in rules}
    undeclared = f"no retention rule of {relation.name} says which column marks a row as deleted (`deleted`)"
    return tuple(marks.values()) or Missing(Cause.UNDECLARED, undeclared)

"""Which column marks a row as deleted, and for how long such a row may stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.dataset.clock import clock
from auditkit.policy import NoColumnError, Period, Policy, TablePolicy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate

GRACE = Period.parse("P30D")
"""How long a row that is marked as deleted may stay, where its rule does not say."""


@dataclass(frozen=True)
class DeletionMark(Item, columns="column"):
    """The column that marks a row as deleted.

    Attributes:
        column: its name.
        grace: how long a marked row may stay.
        hold: which rows are on legal hold, as a condition.
    """

    column: str
    grace: Period
    hold: str | None


def marks_of(
    policy: Policy, name: str, declared: TablePolicy, columns: Collection[str]
) -> tuple[DeletionMark, ...]:
    """Return how the retention rules of a table mark a row as deleted.

    Raises:
        NoColumnError: a rule names a column that is not there.
    """
    marks: dict[str, DeletionMark] = {}
    for rule in declared.retention:
        if not rule.deleted:
            continue
        if rule.deleted not in columns:
            at = ("tables", name, "retention", "deleted")
            raise NoColumnError.of(policy, at, name, rule.deleted, columns)
        marks[rule.deleted] = DeletionMark(rule.deleted, rule.grace or GRACE, rule.hold)
    return tuple(marks.values())


def is_gone(rows: ir.Table, mark: DeletionMark, as_of: date) -> ir.BooleanValue:
    """Return whether a row was marked as deleted longer ago than the grace, and is not on hold.

    A mark that is true or false has no date, and counts at once.
    """
    cell = rows[mark.column]
    limit = latest_start(period=mark.grace, as_of=as_of)
    marked = cell if cell.type().is_boolean() else clock(cell).moment <= limit
    held = predicate(mark.hold, rows, as_of) if mark.hold else ibis.literal(False)
    return marked.fill_null(False) & ~held

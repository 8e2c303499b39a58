"""Which column marks a row as deleted, and for how long such a row may stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.dataset.clock import clock
from auditkit.facts.retention.held import held
from auditkit.facts.retention.holds import StandingHolds
from auditkit.policy import NoColumnError, Period, Policy, TablePolicy
from auditkit.policy.period import latest_start
from auditkit.relations.reach import Reach

GRACE = Period.parse("P30D")
"""How long a row that is marked as deleted may stay, where its rule does not say."""


@dataclass(frozen=True)
class DeletionMark(Item, columns="column"):
    """The column that marks a row as deleted.

    Attributes:
        column: its name.
        grace: how long a marked row may stay.
    """

    column: str
    grace: Period


def marks_of(
    policy: Policy, name: str, declared: TablePolicy, columns: Collection[str]
) -> tuple[DeletionMark, ...]:
    """Return how the retention rules of a table mark a row as deleted.

    Raises:
        NoColumnError: a rule names a column that is not there.
    """
    marks: dict[str, DeletionMark] = {}
    for number, rule in enumerate(declared.retention):
        if not rule.deleted:
            continue
        if rule.deleted not in columns:
            at = ("tables", name, "retention", number, "deleted")
            raise NoColumnError.of(policy, at, name, rule.deleted, columns)
        marks[rule.deleted] = DeletionMark(rule.deleted, rule.grace or GRACE)
    return tuple(marks.values())


def with_gone(
    reach: Reach,
    rows: ir.Table,
    table: str,
    marks: Collection[DeletionMark],
    holds: StandingHolds | None,
    name: str,
) -> ir.Table:
    """Return rows with whether each was marked as deleted longer ago than the grace, and is not on hold.

    A mark that is true or false has no date, and counts at once.

    Args:
        reach: what the rows see of other tables.
        rows: rows of the table.
        table: the table.
        marks: how its rows are marked as deleted.
        holds: the legal holds that stand.
        name: the name of the new column.
    """
    if not marks:
        return rows.mutate(**{name: ibis.literal(False)})
    known = held(reach, rows, table, "auditkit_held", holds)
    gone = reduce(or_, [_is_marked(known[mark.column], mark, reach.as_of) for mark in marks])
    return known.mutate(**{name: gone & ~known.auditkit_held}).drop("auditkit_held")


def _is_marked(cell: ir.Column, mark: DeletionMark, as_of: date) -> ir.BooleanValue:
    limit = latest_start(period=mark.grace, as_of=as_of)
    marked = cell if cell.type().is_boolean() else clock(cell).moment <= limit
    return marked.fill_null(False)

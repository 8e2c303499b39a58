"""The rows that a retention rule applies to, with when the period of each starts."""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset.engines import dialect_of
from auditkit.facts.column import is_filled
from auditkit.facts.retention.applies import applying, covers_all
from auditkit.facts.retention.clocks import START, with_clocks, with_period
from auditkit.facts.retention.holds import StandingHolds, with_suspension
from auditkit.facts.retention.rule import Rule
from auditkit.facts.retention.versions import with_last_versions
from auditkit.outcome import Cause, Missing
from auditkit.policy.column import Column
from auditkit.relations.conditions import with_conditions
from auditkit.relations.reach import Reach, joined

HELD, OPEN = "auditkit_held", "auditkit_open"
SAME_SECOND, STARTED = "auditkit_same_second", "auditkit_started"
BULK_SHARE, BULK_FROM = 0.05, 200
"""A second is a bulk write when more than this share of at least so many rows start in it."""


@fact
def kept(reach: Reach, rule: Rule, standing_holds: StandingHolds | None) -> ir.Table:
    """The rows that a retention rule applies to, with what the rule reads of each.

    `START` is when the period starts, as a UTC timestamp, or null. `UNREADABLE` says that the cell holds
    something which is not a time. `HELD` and `OPEN` say that the row is on legal hold, or still open. A row
    under an inherited rule has them from the row it refers to, and from its own rule.
    """
    rows = _rows_of(reach, rule, standing_holds)
    return rows.filter(is_filled(rows[rule.cell])) if rule.cell is not None else rows


@fact
def own_rows(kept: ir.Table, rule: Rule) -> ir.Table | Missing:
    """The rows of a rule that is not inherited: the finding on a start belongs to the table that has it."""
    if rule.cell is not None:
        reason = f"the start of the period of {rule.cell} is judged with the rows of {rule.table}"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if rule.path:
        reason = f"{rule.path[0].table} inherits the start of its period from {rule.path[-1].parent}"
        return Missing(Cause.NOT_APPLICABLE, reason)
    return kept


@fact
def starts_by_second(own_rows: ir.Table) -> ir.Table:
    """The rows of a rule, each with how many start in the same second, and how many have a start at all."""
    start = own_rows[START]
    same = ibis.window(group_by=[second_of(start)])
    # a window over all rows would bring them to one place on Spark
    return own_rows.mutate(**{SAME_SECOND: start.count().over(same), STARTED: start.count().as_scalar()})


def second_of(start: ir.TimestampValue) -> ir.TimestampValue:
    """Return a start without the fraction of its second; some engines read it without one."""
    return start.truncate("s") if dialect_of(start).reads_fractions else start


def in_bulk(rows: ir.Table) -> ir.BooleanValue:
    """Return whether a row of `starts_by_second` starts in a second in which a program wrote many rows.

    A start at midnight is a date without a time of day, which many rows share rightly.
    """
    start = rows[START]
    timed = (start.hour() + start.minute() + start.second()) > 0
    crowded = rows[SAME_SECOND] > rows[STARTED] * BULK_SHARE
    return ((rows[STARTED] >= BULK_FROM) & crowded & timed).fill_null(False)


def _rows_of(reach: Reach, rule: Rule, holds: StandingHolds | None) -> ir.Table:
    """Return the rows of a rule, with what it reads of each, and what they inherit."""
    rows = reach.tables.all[rule.table]
    if rule.parent is None:
        rows = with_clocks(reach, rule, rows)
    else:
        assert rule.reference is not None
        inherited = _rows_of(reach, rule.parent, holds)
        read = [c for c in inherited.columns if c not in reach.tables.all[rule.parent.table].columns]
        rows = joined(rows, rule.reference, inherited, read, inner=not covers_all(reach.policy, rule.parent))
        rows = rows.mutate(**{c: rows[c].fill_null(False) for c in read if rows[c].type().is_boolean()})
    if isinstance(rule.declared.period, Column):
        rows = with_period(reach, rule, rows, rule.declared.period)
    rows = applying(reach, rule, _with_conditions(reach, rule, rows))
    if holds is not None:
        rows = with_suspension(reach, rows, rule.table, holds, HELD, inherited=rule.reference)
    if rule.declared.keep is not None:
        rows = with_last_versions(reach, rule, rows, START, HELD)
    return rows


def _with_conditions(reach: Reach, rule: Rule, rows: ir.Table) -> ir.Table:
    """Return rows with whether each is held, and whether it is open, by a rule and by what it inherits."""
    declared = rule.declared
    stated = {HELD: ("hold", declared.hold), OPEN: ("open", declared.open)}
    own = {f"{name}_by_rule": (text, (*rule.at, key)) for name, (key, text) in stated.items() if text}
    found = with_conditions(reach, rows, rule.table, own)
    flags = {}
    for name in (HELD, OPEN):
        inherited = [found[name]] if name in rows.columns else []
        by_rule = [found[f"{name}_by_rule"]] if f"{name}_by_rule" in own else []
        flags[name] = reduce(or_, [*inherited, *by_rule]) if inherited or by_rule else ibis.literal(False)
    return found.mutate(**flags).drop(*own)

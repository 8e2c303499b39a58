"""The rows that a retention rule applies to, with when the period of each starts."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.engines import dialect_of
from auditkit.facts.relation import Examined
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, RetentionRule
from auditkit.policy.predicate import predicate
from auditkit.relations import Reference
from auditkit.relations.key_text import same_key

START, UNREADABLE, HELD, OPEN = "auditkit_start", "auditkit_unreadable", "auditkit_held", "auditkit_open"
SAME_SECOND, STARTED = "auditkit_same_second", "auditkit_started"
BULK_SHARE, BULK_FROM = 0.05, 200
"""A second is a bulk write when more than this share of at least so many rows start in it."""


@fact
def kept(dataset: Dataset, policy: Policy, relation: Examined, rule: Rule, as_of: date) -> ir.Table:
    """The rows that a retention rule applies to, with what the rule reads of each.

    `START` is when the period starts, as a UTC timestamp, or null. `UNREADABLE` says that the cell holds
    something which is not a time. `HELD` and `OPEN` say that the row is on legal hold, or still open. A row
    under an inherited rule has them from the row it refers to.
    """
    end = rule.path[-1].parent if rule.path else relation.name
    rows = _started(policy, dataset.tables[end], end, rule.clock, as_of)
    for reference in reversed(rule.path):
        table = dataset.tables[reference.table]
        rows = _inherited(table, reference, rows, only_referring=rule.clock.where is not None)
    if not rule.path:
        return rows
    own = rule.declared.where
    rows = rows.filter(predicate(own, rows, as_of)) if own else rows
    return _without_higher_priority(policy, rows, relation.name, rule.declared, as_of)


@fact
def own_rows(kept: ir.Table, rule: Rule) -> ir.Table | Missing:
    """The rows of a rule that is not inherited: the finding on a start belongs to the table that has it."""
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


def _started(policy: Policy, rows: ir.Table, name: str, declared: RetentionRule, as_of: date) -> ir.Table:
    """Return the rows that a rule of the table `name` applies to, with what the rule reads of each."""
    assert declared.start is not None  # a rule without a start says why it is missing
    if declared.start not in rows.columns:
        at = ("tables", name, "retention", "start")
        raise NoColumnError.of(policy, at, name, declared.start, rows.columns)
    applies = predicate(declared.where, rows, as_of) if declared.where else None
    moment = clock(rows[declared.start])
    no = ibis.literal(False)
    marked = rows.mutate(
        **{
            START: moment.moment,
            UNREADABLE: moment.unreadable,
            HELD: predicate(declared.hold, rows, as_of) if declared.hold else no,
            OPEN: predicate(declared.open, rows, as_of) if declared.open else no,
            "auditkit_applies": applies if applies is not None else ibis.literal(True),
        }
    )
    applicable = marked.filter(marked.auditkit_applies).drop("auditkit_applies")
    return _without_higher_priority(policy, applicable, name, declared, as_of)


def _without_higher_priority(
    policy: Policy, rows: ir.Table, name: str, declared: RetentionRule, as_of: date
) -> ir.Table:
    """Return the rows to which no rule of a higher priority applies."""
    table = policy.table(name)
    for other in table.retention if table is not None else ():
        if (other.priority or 0) > (declared.priority or 0):
            rows = rows.filter(~predicate(other.where, rows, as_of) if other.where else ibis.literal(False))
    return rows


def _inherited(rows: ir.Table, reference: Reference, parent: ir.Table, *, only_referring: bool) -> ir.Table:
    """Return rows with the start, the hold and the state of the row they refer to.

    A row that refers to no parent has no start, and so is undated. `only_referring` leaves it out: where the
    rule applies to some parents only, it applies to their children only.
    """
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    narrow = parent.select(**keys, **{c: parent[c] for c in (START, UNREADABLE, HELD, OPEN)})
    matches = [same_key(rows[c], narrow[k]) for c, k in zip(reference.columns, keys, strict=True)]
    joined = rows.inner_join(narrow, matches) if only_referring else rows.left_join(narrow, matches)
    flags = {c: joined[c].fill_null(False) for c in (UNREADABLE, HELD, OPEN)}
    return joined.select(*[joined[c] for c in rows.columns], **{START: joined[START]}, **flags)

"""When the period of each row starts, and how long it is: the clocks and periods of a rule as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.retention.rule import Rule
from auditkit.policy import NoColumnError, Period, PolicyError
from auditkit.policy.clock import Clock, Later, Leaf, leaves
from auditkit.policy.column import Column
from auditkit.relations import Reference
from auditkit.relations.reach import Reach

START, UNREADABLE, PERIOD = "auditkit_start", "auditkit_unreadable", "auditkit_period"
Limit: TypeAlias = Callable[[Sequence[Period]], ir.TimestampValue]
"""Returns the latest start that has ended, given what a clock adds to its column."""


def with_clocks(reach: Reach, rule: Rule, rows: ir.Table) -> ir.Table:
    """Return rows with the moments of the clock of a rule, and `START` and `UNREADABLE`, which sum them up.

    Raises:
        PolicyError: a column is not there, or no reference leads to it.
    """
    assert rule.clock is not None  # a rule without a start says why it is missing
    found = list(leaves(rule.clock))
    names = [_names(number, len(found)) for number in range(len(found))]
    for leaf, (moment, unreadable) in zip(found, names, strict=True):
        rows = _with_leaf(reach, rule, rows, leaf, moment, unreadable)
    if len(found) == 1:
        return rows
    moments = iter([rows[moment] for moment, _ in names])
    summed = {
        START: _combined(rule.clock, moments),
        UNREADABLE: reduce(or_, [rows[unreadable] for _, unreadable in names]),
    }
    return rows.mutate(**summed)


def _names(number: int, of: int) -> tuple[str, str]:
    """Return the names of the columns of a clock: a single one is the start itself."""
    return (START, UNREADABLE) if of == 1 else (f"{START}_{number}", f"{UNREADABLE}_{number}")


def _with_leaf(
    reach: Reach, rule: Rule, rows: ir.Table, leaf: Leaf, moment: str, unreadable: str
) -> ir.Table:
    """Return rows with the moment of one column of a clock, and whether a cell cannot be read as one."""
    at = (*rule.at, "start")
    column = leaf.column
    way: tuple[Reference, ...] = ()
    own = reach.tables.all[rule.table].columns
    if str(column) in own:
        column = Column(str(column))
    elif column.of:
        way = reach.way(rule.table, column.of, at)

    def read(table: ir.Table) -> Mapping[str, ir.Value]:
        if column.name not in table.columns:
            where = reach.end(rule.table, way)
            raise NoColumnError.of(reach.policy, at, where, column.name, table.columns)
        read = clock(table[column.name])
        return {moment: read.moment, unreadable: read.unreadable}

    rows = reach.with_values(rows, rule.table, way, read, earliest=leaf.earliest)
    return rows.mutate(**{unreadable: rows[unreadable].fill_null(False)}) if way else rows


def with_period(reach: Reach, rule: Rule, rows: ir.Table, column: Column) -> ir.Table:
    """Return rows with the text of the period that a column holds for each (`PERIOD`), or null.

    Raises:
        PolicyError: the column is not there, or no reference leads to it.
    """
    at = (*rule.at, "max")
    way = reach.way(rule.table, column.of, at) if column.of else ()
    if way and reach.end(rule.table, way) == way[0].table:
        problem = f"many rows of {way[0].table} refer to one of {rule.table}, so they say no period"
        raise PolicyError.at(reach.policy, at, problem)

    def read(table: ir.Table) -> Mapping[str, ir.Value]:
        if column.name not in table.columns:
            where = reach.end(rule.table, way)
            raise NoColumnError.of(reach.policy, at, where, column.name, table.columns)
        return {PERIOD: table[column.name].cast("string").strip().nullif("")}

    plain = rows.drop(PERIOD) if PERIOD in rows.columns else rows
    return reach.with_values(plain, rule.table, way, read)


def has_ended(rule: Rule, rows: ir.Table, limit: Limit) -> ir.BooleanValue:
    """Return whether the period of a row has ended, given the latest start of each column of its clock.

    The latest of several clocks has ended when all that are filled have; the earliest, when one of them has.
    A cell that is not a moment may stand for any: it ends nothing, and then the latest has not ended.
    """
    assert rule.clock is not None
    number = len(list(leaves(rule.clock)))
    names = iter(_names(i, number) for i in range(number))
    ended, _ = _ended(rule.clock, iter([(rows[m], rows[u]) for m, u in names]), limit, ())
    return ended


def _ended(
    node: Clock,
    columns: Iterator[tuple[ir.TimestampValue, ir.BooleanValue]],
    limit: Limit,
    after: tuple[Period, ...],
) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Return whether a clock has ended, and whether any of its columns is filled."""
    match node:
        case Column():
            moment, unreadable = next(columns)
            return (moment <= limit(after)).fill_null(False), moment.notnull() | unreadable
        case Later():
            return _ended(node.clock, columns, limit, (node.period, *after))
    parts = [_ended(clock, columns, limit, after) for clock in node.clocks]
    filled = reduce(or_, [is_filled for _, is_filled in parts])
    match node.how:
        case "earliest":
            return reduce(or_, [ended for ended, _ in parts]), filled
        case "latest":
            return reduce(and_, [~is_filled | ended for ended, is_filled in parts]) & filled, filled
    first = ibis.cases(*[(is_filled, ended) for ended, is_filled in parts], else_=False)
    return first, filled


def _combined(node: Clock, moments: Iterator[ir.TimestampValue]) -> ir.TimestampValue:
    """Return the one moment that sums up a clock, without the periods that it adds."""
    match node:
        case Column():
            return next(moments)
        case Later():
            return _combined(node.clock, moments)
    parts = [_combined(clock, moments) for clock in node.clocks]
    if len(parts) == 1 or node.how == "first_of":
        return ibis.coalesce(*parts)
    # Engines differ in what the greatest of a moment and null is, so each part that is null is another one.
    filled = [ibis.coalesce(*parts[i:], *parts[:i]) for i in range(len(parts))]
    return ibis.greatest(*filled) if node.how == "latest" else ibis.least(*filled)

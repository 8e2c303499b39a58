"""What a proposal would find in the data: counts that a person needs to decide, and no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.clock import clock
from auditkit.policy import Period
from auditkit.policy.period import latest_start
from auditkit.relations import Reference, Tables

PERIODS = ("P1Y", "P3Y", "P5Y", "P10Y")
"""The periods that a draft tries."""
ENOUGH = 0.95
"""The share of the values of a reference that must be keys of the other table."""
FEW = 0.05
"""A column with a smaller share of filled cells starts the period of nearly no row."""


@dataclass(frozen=True)
class Overdue:
    """How many rows some periods would make overdue.

    Attributes:
        of: how many rows have a start.
        by_period: how many of them are overdue, by period.
    """

    of: int
    by_period: Mapping[str, int]


def overdue(dataset: Dataset, table: ir.Table, start: str, today: date) -> Overdue | None:
    """Return how many rows of a table some periods would make overdue; None where that cannot be counted."""
    moment = clock(table[start]).moment
    ends = {period: latest_start(period=Period.parse(period), as_of=today) for period in PERIODS}
    counted = {f"p{i}": table.count(where=moment <= ends[period]) for i, period in enumerate(PERIODS)}
    row = _row(dataset, table.aggregate(n=moment.count(), **counted))
    if row is None:
        return None
    return Overdue(row["n"], {period: row[f"p{i}"] for i, period in enumerate(PERIODS)})


def filled(dataset: Dataset, table: ir.Table, columns: Sequence[str]) -> Mapping[str, float]:
    """Return the share of rows in which each column holds a moment; nothing where it cannot be counted."""
    counted = {f"c{i}": clock(table[column]).moment.count() for i, column in enumerate(columns)}
    row = _row(dataset, table.aggregate(n=table.count(), **counted))
    if row is None or not row["n"]:
        return {}
    return {column: row[f"c{i}"] / row["n"] for i, column in enumerate(columns)}


def alone(dataset: Dataset, table: ir.Table, columns: Sequence[str]) -> float | None:
    """Return the share of rows that share the values of some columns with no other row; None: not counted."""
    cells = {f"c{i}": _plain(table[column]) for i, column in enumerate(columns)}
    classes = table.select(**cells).group_by(list(cells)).aggregate(n=lambda t: t.count())
    row = _row(dataset, classes.aggregate(of=classes.n.sum(), alone=classes.count(where=classes.n == 1)))
    return row["alone"] / row["of"] if row is not None and row["of"] else None


def inclusion(tables: Tables, reference: Reference) -> tuple[int, int] | None:
    """Return how many distinct values a reference has, and how many of them are keys there; None: unseen."""
    (column,), (key,) = reference.columns, reference.parent_columns
    try:
        return tables.inclusion(reference.table, column, reference.parent, key)
    except (SourceError, KeyError):
        return None


def today() -> date:
    """Return the present day in UTC."""
    return datetime.now(UTC).date()


def _plain(column: ir.Column) -> ir.Column:
    """Return a column as every engine can group by it."""
    kind = column.type()
    return column if kind.is_string() or kind.is_integer() or kind.is_boolean() else column.cast("string")


def _row(dataset: Dataset, one: ir.Table) -> dict[str, int] | None:
    """Return the counts of a query of one row, or None where the source cannot answer."""
    try:
        (row,) = dataset.fetch(one)
    except (SourceError, ibis.IbisError):
        return None
    return {name: int(value or 0) for name, value in row.items()}

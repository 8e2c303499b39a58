"""Whether a column of text or of numbers holds moments (ISO 8601, Unix time), by its first values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.dataset.dataset import Dataset
from auditkit.dataset.errors import SourceError
from auditkit.dataset.moments import MILLISECONDS

FIRST = 1000
"""How many values are looked at."""
_ENOUGH = 3
_EARLIEST = 10**8
"""Unix seconds reach this in 1973; serial numbers and amounts are usually smaller."""


def without_moments(dataset: Dataset, table: ir.Table, columns: Collection[str]) -> Mapping[str, int]:
    """Return the columns without any moment among their first values, with how many values were looked at.

    A column whose type says that it holds moments is not looked at, nor is one with few values.
    """
    doubtful = [column for column in columns if _is_doubtful(table, column)]
    if not doubtful:
        return {}
    first = table.select(*doubtful).limit(FIRST)
    counted: dict[str, ir.IntegerScalar] = {}
    for i, column in enumerate(doubtful):
        filled, is_moment = _read(first[column])
        counted |= {f"f{i}": filled.sum(), f"m{i}": is_moment.sum()}
    try:
        (row,) = dataset.fetch(first.aggregate(**counted))
    except (SourceError, ibis.IbisError):
        return {}
    numbers = {name: int(value or 0) for name, value in row.items()}
    return {
        column: numbers[f"f{i}"]
        for i, column in enumerate(doubtful)
        if numbers[f"f{i}"] >= _ENOUGH and not numbers[f"m{i}"]
    }


def _read(column: ir.Column) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """Return for each cell whether it holds anything, and whether that is a moment, as 1 or 0."""
    read = clock(column)
    filled = read.moment.notnull() | read.unreadable
    is_moment = read.moment.notnull()
    if column.type().is_numeric():
        is_moment &= (column.abs() >= _EARLIEST) & (column.abs() < 100 * MILLISECONDS)
    return filled.ifelse(1, 0), is_moment.fill_null(False).ifelse(1, 0)


def _is_doubtful(table: ir.Table, column: str) -> bool:
    if column not in table.columns:
        return False
    kind = table.schema()[column]
    return kind.is_string() or (kind.is_numeric() and not kind.is_boolean())

"""Columns that can hold no text: a sample of them is drawn where they lie, and no cell is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows = Callable[[ir.Table], list[tuple[Any, ...]]]

_HASHES = 2**64


@dataclass(frozen=True, eq=False, repr=False)
class Smallest:
    """The distinct values of a column with the smallest hashes, each with how often it occurs: all there are, or as many as were asked for.

    `rows` counts the cells of the column, `filled` those that are not null. The hashes are the engine's own.
    """

    column: str
    rows: int
    filled: int
    complete: bool
    hashes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    values: pa.LargeStringArray


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash(cell) -> dt.uint64:  # type: ignore[no-untyped-def]  # noqa: ANN001  of any type
    """DuckDB's own; Ibis would turn it into a signed number cell by cell, by way of a text of bits."""


def textless(table: ir.Table) -> frozenset[str]:
    """Return the columns whose type can hold no text, on an engine that holds rows to the types of their columns.

    Numbers are none of them: what is written in digits may be stored as one.

    >>> columns = {"id": "int64", "born": "date", "seen": "timestamp", "active": "boolean", "token": "uuid", "note": "string"}
    >>> sorted(textless(ibis.table(columns, name="people")))
    ['active', 'born', 'seen', 'token']
    """
    return frozenset(c for c, kind in table.schema().items() if kind.is_boolean() or kind.is_temporal() or kind.is_uuid())


def smallest(rows: Rows, table: ir.Table, capacity: int, telling: int) -> Iterator[Smallest]:
    """Yield a sample of each column that can hold no text and no telling number (bottom-k sampling: Cohen and Kaplan 2007).

    Args:
        rows: runs a query.
        table: on an engine that reads one column without the others, and holds rows to the types.
        capacity: how many distinct values to draw.
        telling: a whole number tells something from here on, and from its negative downwards.

    One statement counts all columns. Of each, only the values below a bound are then gathered, and the bound rises until they are enough:
    a column of distinct values takes a look at each cell and no memory.
    """
    apart = textless(table)
    candidates = [c for c, kind in table.schema().items() if c in apart or kind.is_numeric()]
    if not candidates:
        return
    counted = [table[c].count().name(f"filled_{i}") for i, c in enumerate(candidates)]
    numbers = [_telling(table[c], telling).sum().fill_null(0).name(f"telling_{i}") for i, c in enumerate(candidates) if c not in apart]
    ((total, *counts),) = rows(table.aggregate([table.count().name("total"), *counted, *numbers]))
    filled, told = counts[: len(candidates)], iter(counts[len(candidates) :])
    for column, n in zip(candidates, filled, strict=True):
        if column in apart or not next(told):
            yield _drawn(rows, table[column], int(total), int(n), capacity)


def _telling(number: ir.Column, least: int) -> ir.BooleanColumn:
    """Return which numbers are whole and large; fractions, NaN and infinity are not."""
    large: ir.BooleanColumn = (number >= least) | (number <= -least)
    return large if number.type().is_integer() else large & (number % 1 == 0)


def _drawn(rows: Rows, column: ir.Column, total: int, filled: int, capacity: int) -> Smallest:
    cells = column.as_table().rename(cell=column.get_name())
    found: list[tuple[int, int, str]] = []
    share = min(1.0, 2 * capacity / filled) if filled else 0.0
    while share:
        below = (_hash(cells.cell) < ibis.literal(int(share * _HASHES), "uint64"),) if share < 1 else ()
        times = cells.filter(cells.cell.notnull(), *below).group_by("cell").aggregate(times=lambda t: t.count())
        told = times.select(order=_hash(times.cell), times=times.times, text=times.cell.cast("string"))
        found = rows(told.order_by("order").limit(capacity))
        if len(found) >= capacity or share == 1:
            break
        share = min(1.0, 2 * capacity * share / len(found)) if found else 1.0
    hashes = np.array([order for order, _, _ in found], np.uint64)
    counts, values = np.array([n for _, n, _ in found], np.int64), pa.array([text for _, _, text in found], pa.large_string())
    return Smallest(column.get_name(), total, filled, len(found) < capacity, hashes, counts, values)

"""Columns that can hold no text: a sample of them is drawn where they are, and no cell is fetched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

HASHES = 2**64
"""How many hashes there are: every value is below this bound."""
Rows = Callable[[ir.Table], list[tuple[Any, ...]]]
"""Runs a small query."""
Drawn = Callable[[Mapping[str, int], int], Iterator[tuple[str, int, int, str]]]
"""Yields, for columns with a bound each, the distinct values whose hashes are below it, as `Engine.drawn`."""


@dataclass(frozen=True, eq=False, repr=False)
class Smallest:
    """The distinct values of a column with the smallest hashes, each with how often it occurs.

    Attributes:
        column: which one.
        rows: how many cells the column has.
        filled: how many of them are not null.
        complete: these are all distinct values that there are.
        hashes: the engine's own hashes, in ascending order.
        counts: how often each value occurs.
        values: as text.
    """

    column: str
    rows: int
    filled: int
    complete: bool
    hashes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    values: pa.LargeStringArray


def textless(table: ir.Table) -> frozenset[str]:
    """Return the columns whose type can hold no text, on an engine that enforces types.

    Columns of numbers are not among them: something that is written in digits may be stored as a number.

    >>> import ibis
    >>> columns = {"id": "int64", "born": "date", "active": "boolean", "token": "uuid", "note": "string"}
    >>> sorted(textless(ibis.table(columns, name="people")))
    ['active', 'born', 'token']
    """
    return frozenset(
        c for c, kind in table.schema().items() if kind.is_boolean() or kind.is_temporal() or kind.is_uuid()
    )


def smallest(
    rows: Rows, drawn: Drawn, table: ir.Table, columns: Collection[str], capacity: int, telling: int
) -> Iterator[Smallest]:
    """Yield a sample of each column that holds no text and no telling number (bottom-k sampling).

    See Cohen and Kaplan 2007. One statement counts all columns. Then only the values with a hash below a
    bound are gathered, and the bound rises until they are enough: a column of distinct values takes one look
    at each cell, and no memory.

    Args:
        rows: runs a small query.
        drawn: draws values.
        table: the relation.
        columns: those that the engine can draw.
        capacity: how many distinct values to draw.
        telling: a whole number tells something from here on, and from its negative downwards.
    """
    candidates = [c for c in table.columns if c in columns]
    if not candidates:
        return
    total, filled = _counted(rows, table, candidates, telling)
    yield from (_sampled(c, total, 0, [], capacity) for c, n in filled.items() if not n)
    shares = {c: min(1.0, 2 * capacity / n) for c, n in filled.items() if n}
    while shares:
        found: dict[str, list[tuple[int, int, str]]] = {c: [] for c in shares}
        bounds = {c: int(share * HASHES) for c, share in shares.items()}
        for column, order, times, text in drawn(bounds, capacity):
            found[column].append((int(order), int(times), text))
        done = [c for c, share in shares.items() if len(found[c]) >= capacity or share == 1]
        yield from (_sampled(c, total, filled[c], sorted(found[c])[:capacity], capacity) for c in done)
        shares = {
            c: min(1.0, 2 * capacity * share / len(found[c])) if found[c] else 1.0
            for c, share in shares.items()
            if c not in done
        }


def _counted(
    rows: Rows, table: ir.Table, candidates: Sequence[str], telling: int
) -> tuple[int, dict[str, int]]:
    """Return how many rows there are, and how many cells are filled, by column without telling numbers."""
    apart = textless(table)
    filled = [table[c].count().name(f"filled_{i}") for i, c in enumerate(candidates)]
    numbers = [c for c in candidates if c not in apart]
    telling_numbers = [
        _is_telling(table[c], telling).sum().fill_null(0).name(f"telling_{i}") for i, c in enumerate(numbers)
    ]
    ((total, *counts),) = rows(table.aggregate([table.count().name("total"), *filled, *telling_numbers]))
    telling_cells = dict(zip(numbers, counts[len(candidates) :], strict=True))
    return int(total), {
        c: int(n)
        for c, n in zip(candidates, counts[: len(candidates)], strict=True)
        if not telling_cells.get(c)
    }


def _is_telling(number: ir.Column, least: int) -> ir.BooleanColumn:
    """Return which numbers are whole and large; fractions, NaN and infinity are not."""
    large: ir.BooleanColumn = (number >= least) | (number <= -least)
    return large if number.type().is_integer() else large & (number % 1 == 0)


def _sampled(
    column: str, total: int, filled: int, found: Sequence[tuple[int, int, str]], capacity: int
) -> Smallest:
    hashes = np.array([order for order, _, _ in found], np.uint64)
    counts = np.array([times for _, times, _ in found], np.int64)
    values = pa.array([text for _, _, text in found], pa.large_string())
    return Smallest(column, total, filled, len(found) < capacity, hashes, counts, values)


def drawn_by_rows(table: str, cells: Sequence[str], hashed: str, bounds: Sequence[str | None]) -> str:
    """Return SQL for the values of columns whose hashes are below a bound, in one pass over the rows.

    It gives the number of the column, the hash, the count and the text of each, for an engine that stores
    rows.

    Args:
        table: SQL of the table.
        cells: SQL of each column as text.
        hashed: SQL of the hash of the text `v`.
        bounds: SQL of the bound of each column; None where every value is wanted.
    """
    numbers = " UNION ALL ".join(f"SELECT {i} AS i" for i in range(len(cells)))
    texts = " ".join(f"WHEN {i} THEN {cell}" for i, cell in enumerate(cells))
    wanted = " OR ".join(
        f"i = {i}" if bound is None else f"(i = {i} AND h < {bound})" for i, bound in enumerate(bounds)
    )
    each = f"SELECT k.i AS i, CASE k.i {texts} END AS v FROM {table} CROSS JOIN ({numbers}) k"
    known = f"SELECT i, v, {hashed} AS h FROM ({each}) x WHERE v IS NOT NULL"
    return f"SELECT i, h, COUNT(*), v FROM ({known}) y WHERE {wanted} GROUP BY i, h, v"

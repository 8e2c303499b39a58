"""Columns that can hold no text: a sample of them is drawn where they lie, and no cell is fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

HASHES = 2**64
"""How many hashes there are, and so the bound under which every value lies."""


@runtime_checkable
class Drawing(Protocol):
    """An engine that hashes cells where they lie."""

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield, for some columns of a relation, the distinct values whose hashes are below a bound: column,
        hash, count, text.

        Of a column whose values with the smallest hashes come first, no more than `capacity` are needed.
        """


@dataclass(frozen=True, eq=False, repr=False)
class Smallest:
    """The distinct values of a column with the smallest hashes, each with how often it occurs: all there are,
    or as many as were asked for.

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
    """Return the columns whose type can hold no text, on an engine that holds rows to the types of their
    columns.

    Numbers are none of them: what is written in digits may be stored as one.

    >>> columns = {"id": "int64", "born": "date", "seen": "timestamp", "active": "boolean", "token": "uuid", "note": "string"}
    >>> sorted(textless(ibis.table(columns, name="people")))
    ['active', 'born', 'seen', 'token']
    """
    return frozenset(
        c for c, kind in table.schema().items() if kind.is_boolean() or kind.is_temporal() or kind.is_uuid()
    )


def smallest(
    engine: Drawing, name: str, table: ir.Table, columns: Collection[str], capacity: int, telling: int
) -> Iterator[Smallest]:
    """Yield a sample of each column that can hold no text and no telling number (bottom-k sampling: Cohen and
    Kaplan 2007).

    Args:
        engine: draws.
        name: the relation.
        table: the same as an Ibis table.
        columns: those that the engine can draw; whether numbers among them are telling is counted.
        capacity: how many distinct values to draw.
        telling: a whole number tells something from here on, and from its negative downwards.

    One statement counts all columns. Only the values with a hash below a bound are then gathered, and the
    bound rises until they are
    enough: a column of distinct values takes a look at each cell and no memory.
    """
    apart, candidates = textless(table), [c for c in table.columns if c in columns]
    if not candidates:
        return
    counted = [table[c].count().name(f"filled_{i}") for i, c in enumerate(candidates)]
    numbers = [
        _telling(table[c], telling).sum().fill_null(0).name(f"telling_{i}")
        for i, c in enumerate(candidates)
        if c not in apart
    ]
    ((total, *counts),) = engine.rows(table.aggregate([table.count().name("total"), *counted, *numbers]))
    told = iter(counts[len(candidates) :])
    filled = {
        c: int(n)
        for c, n in zip(candidates, counts[: len(candidates)], strict=True)
        if c in apart or not next(told)
    }
    yield from (_sampled(c, int(total), 0, [], capacity) for c, n in filled.items() if not n)
    shares = {c: min(1.0, 2 * capacity / n) for c, n in filled.items() if n}
    while shares:
        found: dict[str, list[tuple[int, int, str]]] = {c: [] for c in shares}
        for column, order, times, text in engine.drawn(
            name, {c: int(share * HASHES) for c, share in shares.items()}, capacity
        ):
            found[column].append((int(order), int(times), text))
        done = [c for c, share in shares.items() if len(found[c]) >= capacity or share == 1]
        yield from (_sampled(c, int(total), filled[c], sorted(found[c])[:capacity], capacity) for c in done)
        shares = {
            c: min(1.0, 2 * capacity * share / len(found[c])) if found[c] else 1.0
            for c, share in shares.items()
            if c not in done
        }


def _telling(number: ir.Column, least: int) -> ir.BooleanColumn:
    """Return which numbers are whole and large; fractions, NaN and infinity are not."""
    large: ir.BooleanColumn = (number >= least) | (number <= -least)
    return large if number.type().is_integer() else large & (number % 1 == 0)


def _sampled(
    column: str, total: int, filled: int, found: Sequence[tuple[int, int, str]], capacity: int
) -> Smallest:
    hashes, counts = (
        np.array([order for order, _, _ in found], np.uint64),
        np.array([times for _, times, _ in found], np.int64),
    )
    values = pa.array([text for _, _, text in found], pa.large_string())
    return Smallest(column, total, filled, len(found) < capacity, hashes, counts, values)


def drawn_from(table: ir.Table, column: str, bound: int, capacity: int) -> ir.Table:
    """Return a query of DuckDB for the distinct values of a column whose hashes are below a bound: hash,
    count and text of each.
    """
    cells = table[column].as_table().rename(cell=column)
    below = (_hash(cells.cell) < ibis.literal(bound, "uint64"),) if bound < HASHES else ()
    times = cells.filter(cells.cell.notnull(), *below).group_by("cell").aggregate(times=lambda t: t.count())
    told = times.select(order=_hash(times.cell), times=times.times, text=times.cell.cast("string"))
    return told.order_by("order").limit(capacity)


def drawn_by_rows(place: str, cells: Sequence[str], hashed: str, bounds: Sequence[str | None]) -> str:
    """Return SQL for the same of several columns in one pass over the rows, for databases that store rows:
    the column's number first.

    Args:
        place: SQL of the table.
        cells: SQL of each column as text.
        hashed: SQL of the hash of the text `v`.
        bounds: SQL of the bound of each column; None where every value is wanted.
    """
    numbers = " UNION ALL ".join(f"SELECT {i} AS i" for i in range(len(cells)))
    texts = " ".join(f"WHEN {i} THEN {cell}" for i, cell in enumerate(cells))
    wanted = " OR ".join(
        f"i = {i}" if bound is None else f"(i = {i} AND h < {bound})" for i, bound in enumerate(bounds)
    )
    each = f"SELECT k.i AS i, CASE k.i {texts} END AS v FROM {place} CROSS JOIN ({numbers}) k"
    known = f"SELECT i, v, {hashed} AS h FROM ({each}) x WHERE v IS NOT NULL"
    return f"SELECT i, h, COUNT(*), v FROM ({known}) y WHERE {wanted} GROUP BY i, h, v"

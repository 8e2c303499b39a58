"""DuckDB's query for a sample of the values of a column."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset.textless import HASHES


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash(cell) -> dt.uint64:  # type: ignore[no-untyped-def]  # noqa: ANN001  of any type
    """Hash a cell; Ibis's own hash would go by way of a text of bits, cell by cell."""


def drawn_from(table: ir.Table, column: str, bound: int, capacity: int) -> ir.Table:
    """Return a query for the distinct values of a column whose hashes are below a bound.

    It gives the hash, the count and the text of each.
    """
    cells = table[column].as_table().rename(cell=column)
    below = (_hash(cells.cell) < ibis.literal(bound, "uint64"),) if bound < HASHES else ()
    times = cells.filter(cells.cell.notnull(), *below).group_by("cell").aggregate(times=lambda t: t.count())
    values = times.select(order=_hash(times.cell), times=times.times, text=times.cell.cast("string"))
    return values.order_by("order").limit(capacity)

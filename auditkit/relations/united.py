"""The rows of many tables together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

AT_ONCE = 100
"""How many tables one union takes: SQLite takes 500 parts, and a part may be a union of a few itself."""


def united(parts: Sequence[ir.Table]) -> ir.Table:
    """Return the rows of all parts, whose columns have the same names and types that have one in common.

    They are united in pairs: a chain of unions would be nested too deep.

    >>> small = ibis.memtable({"n": [1]}, schema={"n": "int16"})
    >>> united([small, ibis.memtable({"n": [2]}, schema={"n": "!int64"})]).schema()
    ibis.Schema {
      n  int64
    }
    """
    if len(parts) == 1:
        return parts[0]
    kinds = {
        column: dt.highest_precedence([part[column].type() for part in parts]).copy(nullable=True)
        for column in parts[0].columns
    }
    return _in_pairs([_in_types(part, kinds) for part in parts])


def _in_types(part: ir.Table, kinds: Mapping[str, dt.DataType]) -> ir.Table:
    """Return a part in these types; a column that has its type already is not cast."""
    other = {column: kind for column, kind in kinds.items() if part[column].type() != kind}
    return part.cast(other) if other else part


def _in_pairs(parts: Sequence[ir.Table]) -> ir.Table:
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return ibis.union(_in_pairs(parts[:middle]), _in_pairs(parts[middle:]))


def all_distinct(parts: Sequence[ir.Table]) -> ir.Table:
    """Return the different rows of any number of parts, each once."""
    while len(parts) > AT_ONCE:
        parts = [united(parts[at : at + AT_ONCE]).distinct() for at in range(0, len(parts), AT_ONCE)]
    return united(parts).distinct()

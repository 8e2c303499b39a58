"""The rows of many tables together."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

AT_ONCE = 100
"""How many tables one union takes: SQLite takes 500 parts, and a part may be a union of a few itself."""


def united(parts: Sequence[ir.Table]) -> ir.Table:
    """Return the rows of all parts, united in pairs: a chain of unions would be nested too deep.

    >>> united([ibis.memtable({"n": [number]}) for number in (1, 2, 3)]).columns
    ('n',)
    """
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return ibis.union(united(parts[:middle]), united(parts[middle:]))


def all_distinct(parts: Sequence[ir.Table]) -> ir.Table:
    """Return the different rows of any number of parts, each once."""
    while len(parts) > AT_ONCE:
        parts = [united(parts[at : at + AT_ONCE]).distinct() for at in range(0, len(parts), AT_ONCE)]
    return united(parts).distinct()

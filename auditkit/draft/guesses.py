"""Guesses that a draft offers as comments: when a retention period starts, and what could be a tenant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import ibis.expr.types as ir

from auditkit.relations import Relations
from auditkit.relations.names import PEOPLE, singular

_STARTS = "clos end finish complet cancel expire last seen creat date time _at".split()
"""Parts of the name of a column that may be the start of a retention period, the likeliest first."""


def likely_clock(table: ir.Table | None, personal: Collection[str]) -> str | None:
    """Return the column that is the likeliest start of a retention period, or None.

    Args:
        table: its rows; None where it cannot be read.
        personal: its columns with personal data, which are no candidates: a date of birth starts no period.
    """
    if table is None:
        return None
    ranked = [
        (rank, column)
        for column, kind in table.schema().items()
        if column not in personal
        and (kind.is_date() or kind.is_timestamp() or column.lower().endswith("_at"))
        for rank, part in enumerate(_STARTS)
        if part in column.lower()
    ]
    return min(ranked)[1] if ranked else None


def possible_root(relations: Relations) -> tuple[str, str] | None:
    """Return the table that most other tables refer to by a column of one name, and that column.

    At least two tables must refer to it, and its rows must not be people.
    """
    references = {
        (r.parent, r.columns[0], r.table)
        for r in relations.references
        if len(r.columns) == 1 and not r.is_self
    }
    counts = Counter(
        (parent, column)
        for parent, column, _ in references
        if singular(parent).rpartition("_")[2] not in PEOPLE
    )
    shared = [pair for pair, tables in counts.items() if tables > 1]
    return min(shared, key=lambda pair: (-counts[pair], pair), default=None)

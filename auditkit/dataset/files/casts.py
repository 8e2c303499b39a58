"""Types for columns of text, proposed only where every cell casts and nothing of its text is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.sql import literal, quoted

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_NUMBER = r"-?(0|[1-9]\d{0,14})"
TYPES = {
    "BOOLEAN": "(?i)true|false",
    "BIGINT": r"0|-?[1-9]\d{0,17}",
    "DOUBLE": rf"{_NUMBER}(\.\d{{1,15}})?",
    "DATE": _DATE,
    "TIMESTAMP": rf"{_DATE}({_TIME})?",
    "TIMESTAMPTZ": rf"{_DATE}({_TIME}({_ZONE})?)?",
}
"""The pattern of every cell of a column that has a type, the narrowest type first.

A leading zero or plus, or a digit more than the type holds, keeps a column text: `01234` is a postal code.
"""

AT_ONCE = 500
"""The columns that one query verifies: the time of planning it grows with the square of their number."""


def proposed(head: Sequence[Sequence[str]], columns: Sequence[str]) -> dict[str, list[str]]:
    """Return for each column the types that its first cells allow, for columns that allow any.

    >>> proposed([("1", "01"), ("2", "")], ["id", "zip"])
    {'id': ['BIGINT', 'DOUBLE']}
    """
    candidates = {}
    for i, name in enumerate(columns):
        cells = [row[i] for row in head if len(row) > i and row[i]]
        if types := [
            kind for kind, pattern in TYPES.items() if all(re.fullmatch(pattern, cell) for cell in cells)
        ]:
            candidates[name] = types
    return candidates


def verified(
    connection: Any, source: str, candidates: Mapping[str, Sequence[str]], shown: str
) -> tuple[int, dict[str, str]]:
    """Return how many rows a source has, and the type of each column of which every cell casts.

    The whole source is read, once for every 500 columns.

    Args:
        connection: of the local database.
        source: SQL of a table of text.
        candidates: the types that each column may have.
        shown: what messages call the source.

    Raises:
        SourceError: it cannot be read to its end.
    """
    names, rows = list(candidates), 0
    types: dict[str, str] = {}
    for start in range(0, len(names) or 1, AT_ONCE):
        part = {name: candidates[name] for name in names[start : start + AT_ONCE]}
        rows, found = _verified(connection, source, part, shown)
        types |= found
    return rows, types


def _verified(
    connection: Any, source: str, candidates: Mapping[str, Sequence[str]], shown: str
) -> tuple[int, dict[str, str]]:
    pairs = [(name, kind) for name, kinds in candidates.items() for kind in kinds]
    filled = [f"count({quoted(name)})" for name in candidates]
    casts = [f"count({_cast(name, kind)})" for name, kind in pairs]
    with duckdb_errors(f"read {shown}", shown):
        rows, *counts = connection.execute(
            f"SELECT {', '.join(['count(*)', *filled, *casts])} FROM {source}"
        ).fetchone()
    filled_cells = dict(zip(candidates, counts, strict=False))
    cast_cells = dict(zip(pairs, counts[len(candidates) :], strict=True))
    types = {}
    for name, kinds in candidates.items():
        fitting = (kind for kind in kinds if cast_cells[name, kind] == filled_cells[name])
        if filled_cells[name] and (kind := next(fitting, None)) is not None:
            types[name] = kind
    return int(rows), types


def _cast(name: str, kind: str) -> str:
    """Return SQL that casts a column where its text has the pattern of the type."""
    matches = f"regexp_full_match({quoted(name)}, {literal(TYPES[kind])})"
    return f"CASE WHEN {matches} THEN TRY_CAST({quoted(name)} AS {kind}) END"

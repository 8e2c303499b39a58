"""Types for columns of text, proposed only where every cell casts and nothing of its text is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.sql import literal, quoted

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_NUMBER = r"-?(0|[1-9]\d{0,14})"
_PARTS = {"d": r"\d{1,2}", "m": r"\d{1,2}", "Y": r"[12]\d{3}"}
_CLOCKS = {
    "": ("", ""),
    " hour:minute": (" %H:%M", r" \d{1,2}:\d{2}"),
    " hour:minute:second": (" %H:%M:%S", r" \d{1,2}:\d{2}:\d{2}"),
    " hour:minute:second AM": (" %I:%M:%S %p", r" \d{1,2}:\d{2}:\d{2} [AaPp][Mm]"),
}


@dataclass(frozen=True)
class Type:
    """A type that a column of text may have.

    Attributes:
        sql: the type.
        pattern: the form of every cell of the column.
        parsed: how the local database reads a cell of another form than its own.
    """

    sql: str
    pattern: str
    parsed: str | None = None

    def read(self, cell: str) -> str:
        """Return the SQL of a cell as this type, null where it has another form."""
        text = cell if self.parsed is None else f"try_strptime({cell}, {literal(self.parsed)})"
        return f"TRY_CAST({text} AS {self.sql})"


def _day_forms(order: str, separator: str) -> Mapping[str, Type]:
    """Return the types of days that are written in an order, alone and with a time of the day."""
    form = separator.join(f"%{part}" for part in order)
    pattern = re.escape(separator).join(_PARTS[part] for part in order)
    return {
        f"{order} {separator}{name}": Type(
            "TIMESTAMP" if time else "DATE", f"{pattern}{time_pattern}", f"{form}{time}"
        )
        for name, (time, time_pattern) in _CLOCKS.items()
    }


_DAY_FIRST = {**_day_forms("dmY", "/"), **_day_forms("dmY", "-")}
_MONTH_FIRST = {**_day_forms("mdY", "/"), **_day_forms("mdY", "-")}
_ORDERS = {
    **dict(zip(_DAY_FIRST, _MONTH_FIRST, strict=True)),
    **dict(zip(_MONTH_FIRST, _DAY_FIRST, strict=True)),
}
"""The forms of which only the cells say which it is: `5/14/2025` has the month first."""
TYPES: Mapping[str, Type] = {
    "BOOLEAN": Type("BOOLEAN", "(?i)true|false"),
    "BIGINT": Type("BIGINT", r"0|-?[1-9]\d{0,17}"),
    "DOUBLE": Type("DOUBLE", rf"{_NUMBER}(\.\d{{1,15}})?"),
    "DATE": Type("DATE", _DATE),
    "TIMESTAMP": Type("TIMESTAMP", rf"{_DATE}({_TIME})?"),
    "TIMESTAMPTZ": Type("TIMESTAMPTZ", rf"{_DATE}({_TIME}({_ZONE})?)?"),
    **_day_forms("dmY", "."), **_DAY_FIRST, **_MONTH_FIRST,
}  # fmt: skip
"""The types that a column may have, each with the form of every cell; the narrowest first.

A leading zero or plus, or a digit more than the type holds, keeps a column text: `01234` is a postal code. A
column whose cells may be days in two orders stays text too.
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
            kind for kind, form in TYPES.items() if all(re.fullmatch(form.pattern, cell) for cell in cells)
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
        candidates: the names of the types that each column may have.
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
        fitting = [kind for kind in kinds if cast_cells[name, kind] == filled_cells[name]]
        sure = [kind for kind in fitting if _ORDERS.get(kind) not in fitting]
        if filled_cells[name] and sure:
            types[name] = sure[0]
    return int(rows), types


def _cast(name: str, kind: str) -> str:
    """Return SQL that casts a column where its text has the pattern of the type."""
    matches = f"regexp_full_match({quoted(name)}, {literal(TYPES[kind].pattern)})"
    return f"CASE WHEN {matches} THEN {TYPES[kind].read(quoted(name))} END"

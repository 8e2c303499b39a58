"""Regular expressions in SQLite, for cells of every kind.

SQLite has no regular expressions, so Ibis lends it those of Python. A column of any type may hold a number, a
BLOB, or text that is not UTF-8, on which these raise. Here every cell is given as bytes and read as text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any


def register(connection: Any) -> None:
    """Put the functions on a connection, in the place of those of Ibis."""
    for name, function in (("search", _search), ("extract", _extract), ("replace", _replace)):
        arguments = 2 if name == "search" else 3
        connection.create_function(f"_ibis_regex_{name}", arguments, function, deterministic=True)


def _search(cell: Any, pattern: str | None) -> bool | None:
    text = as_text(cell)
    return None if text is None or pattern is None else _compiled(pattern).search(text) is not None


def _extract(cell: Any, pattern: str | None, index: int) -> str | None:
    text = as_text(cell)
    found = _compiled(pattern).search(text) if text is not None and pattern is not None else None
    return found.group(index) if found is not None and 0 <= index <= (found.lastindex or -1) else None


def _replace(cell: Any, pattern: str | None, replacement: str) -> str | None:
    text = as_text(cell)
    return None if text is None or pattern is None else _compiled(pattern).sub(replacement, text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def as_text(cell: Any) -> str | None:
    r"""Return a cell of any kind as text; bytes that are not UTF-8 are replaced.

    >>> as_text(b"caf\xe9"), as_text(7), as_text(None)
    ('caf\ufffd', '7', None)
    """
    if cell is None or isinstance(cell, str):
        return cell
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes | bytearray) else str(cell)

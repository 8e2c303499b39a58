"""Regular expressions in SQLite, for cells of every kind.

SQLite has no regular expressions, so Ibis lends it those of Python. A column of any type may hold a number, a
BLOB, or text that is not UTF-8, on which these raise. Here every cell is given as bytes and read as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler


class Compiler(SQLiteCompiler):
    """Gives the cells of a regular expression as bytes: SQLite decodes no text for Python then."""

    SIMPLE_OPS: ClassVar[Mapping[Any, str]] = {}  # those of the class above stay; its functions are not here

    def visit_RegexSearch(self, op: Any, *, arg: Any, pattern: Any) -> Any:
        """Write whether a pattern is found."""
        return self.f._ibis_regex_search(self._bytes(arg), pattern)

    def visit_RegexExtract(self, op: Any, *, arg: Any, pattern: Any, index: Any) -> Any:
        """Write what a group of a pattern matches."""
        return self.f._ibis_regex_extract(self._bytes(arg), pattern, index)

    def visit_RegexReplace(self, op: Any, *, arg: Any, pattern: Any, replacement: Any) -> Any:
        """Write a text in which what a pattern matches is replaced."""
        return self.f._ibis_regex_replace(self._bytes(arg), pattern, replacement)

    def _bytes(self, cell: Any) -> Any:
        return self.cast(cell, dt.binary)


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

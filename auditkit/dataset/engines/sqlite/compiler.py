"""Ibis expressions as SQL of SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler
from sqlglot import expressions as sge
from sqlglot.dialects.sqlite import SQLite
from sqlglot.generators.sqlite import SQLiteGenerator

_FUNCTIONS = {
    sge.DType.DATE: "DATE",
    sge.DType.TIME: "TIME",
    sge.DType.DATETIME: "DATETIME",
    sge.DType.TIMESTAMP: "DATETIME",
    sge.DType.TIMESTAMPNTZ: "DATETIME",
}
"""The functions by which SQLite makes a time of a text."""


class QuickSQLite(SQLite):
    """The SQLite of sqlglot, whose own writer of casts reads the names of types again for each cast.

    A statement about clocks has hundreds of casts: that was half of the time of an audit.

    >>> from sqlglot import parse_one
    >>> parse_one("CAST(a AS TIMESTAMP) < CAST(b AS TEXT)").sql(dialect=QuickSQLite)
    'DATETIME(a) < CAST(b AS TEXT)'
    """

    class Generator(SQLiteGenerator):
        """Writes SQL."""

        def cast_sql(self, expression: sge.Cast, safe_prefix: str | None = None) -> str:
            """Return the SQL of a cast."""
            function = None if expression.to.expressions else _FUNCTIONS.get(expression.to.this)
            if function is not None:
                return self.func(function, expression.this)
            return super(SQLiteGenerator, self).cast_sql(expression, safe_prefix)


class Compiler(SQLiteCompiler):  # type: ignore[misc]
    """Writes SQL of SQLite.

    It gives the cells of a regular expression as bytes: SQLite decodes no text for Python then.
    """

    dialect = QuickSQLite
    SIMPLE_OPS: ClassVar[Mapping[Any, str]] = {}  # those of the class above stay; its functions are not here

    def to_sqlglot(self, expr: Any, **options: Any) -> Any:
        """Return a query as a tree in which no two places share a node; sqlglot changes what it writes."""
        return super().to_sqlglot(expr, **options).copy()

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

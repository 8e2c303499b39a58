"""Ibis expressions as SQL of SQLite."""

from __future__ import annotations

from ibis.backends.sql.compilers.sqlite import SQLiteCompiler
from sqlglot import expressions as sge
from sqlglot.dialects.sqlite import SQLite

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

    class Generator(SQLite.Generator):
        """Writes SQL."""

        def cast_sql(self, expression: sge.Cast, safe_prefix: str | None = None) -> str:
            """Return the SQL of a cast."""
            function = None if expression.to.expressions else _FUNCTIONS.get(expression.to.this)
            if function is not None:
                return self.func(function, expression.this)
            return super(SQLite.Generator, self).cast_sql(expression, safe_prefix)


class Compiler(SQLiteCompiler):
    """Writes SQL of SQLite quickly."""

    dialect = QuickSQLite

"""Ibis expressions as SQL of SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler
from sqlglot import expressions as sge
from sqlglot.dialects.sqlite import SQLite
from sqlglot.generators.sqlite import SQLiteGenerator
from sqlglot.optimizer.eliminate_subqueries import eliminate_subqueries

from auditkit.dataset.compiling import own_nodes

_DEEPEST = 7
"""How many sub-queries may stand inside each other: the parser of SQLite has room for about ten."""
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

    The cells of a regular expression are given as bytes: SQLite decodes no text for Python then. Sub-queries
    that are nested deeply stand one after the other, under WITH.
    """

    dialect = QuickSQLite
    SIMPLE_OPS: ClassVar[Mapping[Any, str]] = {}  # those of the class above stay; its functions are not here

    def to_sqlglot(self, expr: Any, **options: Any) -> Any:
        """Return the tree of a query."""
        tree = own_nodes(expr, super().to_sqlglot(expr, **options))
        if len(expr.op().find(ops.Relation)) <= _DEEPEST:
            return tree
        tree = tree.copy()  # a node that two places share knows one of them only
        return eliminate_subqueries(tree) if _depth(tree) > _DEEPEST else tree

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


def _depth(tree: Any) -> int:
    """Return how many sub-queries stand inside each other at most."""
    depths: dict[int, int] = {}
    for node in tree.find_all(sge.Subquery):  # what stands outside comes first
        around = node.find_ancestor(sge.Subquery)
        depths[id(node)] = 1 + (depths[id(around)] if around is not None else 0)
    return max(depths.values(), default=0)

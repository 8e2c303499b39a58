"""Ibis expressions as SQL of PostgreSQL, for types that PostgreSQL does not put in order."""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from auditkit.dataset.compiling import own_nodes


class Compiler(PostgresCompiler):  # type: ignore[misc]
    """Writes the smallest and largest UUID, JSON document or run of bytes by their text.

    No version of PostgreSQL has `min` and `max` of all types, and older versions have fewer.
    """

    def to_sqlglot(self, expr: Any, **options: Any) -> Any:
        """Return the tree of a query."""
        return own_nodes(expr, super().to_sqlglot(expr, **options))

    def visit_Min(self, op: ops.Min, *, arg: Any, where: Any) -> Any:
        """Write the smallest value."""
        if _has_order(op):
            return super().visit_Min(op, arg=arg, where=where)
        return self.cast(self.agg.min(self.cast(arg, dt.string), where=where), op.dtype)

    def visit_Max(self, op: ops.Max, *, arg: Any, where: Any) -> Any:
        """Write the largest value."""
        if _has_order(op):
            return super().visit_Max(op, arg=arg, where=where)
        return self.cast(self.agg.max(self.cast(arg, dt.string), where=where), op.dtype)

    def visit_WindowFunction(self, op: ops.WindowFunction, *, func: Any, **clauses: Any) -> Any:
        """Write a function over a window, with the cast of its result around the window."""
        if isinstance(op.func, ops.Min | ops.Max) and not _has_order(op.func):
            return self.cast(super().visit_WindowFunction(op, func=func.this, **clauses), op.dtype)
        return super().visit_WindowFunction(op, func=func, **clauses)


def _has_order(op: ops.Min | ops.Max) -> bool:
    kind = op.arg.dtype
    return bool(kind.is_numeric() or kind.is_string() or kind.is_temporal() or kind.is_boolean())

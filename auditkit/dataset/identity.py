"""Which database a table is in; to Ibis, connections that were made in the same way are one."""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

import ibis.expr.types as ir

from auditkit.dataset.errors import SourceError
from auditkit.outcome import Cause, Missing

Backend = TypeVar("Backend", bound=Any)
APART = Missing(
    Cause.UNSEEN,
    "its tables are in different databases, which are never joined: load one into the database of the other,"
    " or give both as files",
)
"""Why something that needs two tables cannot be seen, and how to change that."""
_NUMBERS = count()


def distinct(backend: Backend) -> Backend:
    """Return a backend that is equal to itself alone; no table may have been made from it yet.

    To Ibis all backends that are made from a driver's connection are equal, and so are their tables of one
    name: a join of two databases would be a join of a table with itself.

    >>> import sqlite3, ibis
    >>> one, other = (distinct(ibis.sqlite.from_connection(sqlite3.connect(":memory:"))) for _ in range(2))
    >>> one == one, one == other
    (True, False)
    """
    backend.db_identity = f"auditkit {next(_NUMBERS)}"
    return backend


def backend_of(expr: ir.Expr) -> Any:
    """Return the Ibis backend of an expression.

    Raises:
        SourceError: `unseen`, there are several.
        IbisError: the expression has no backend.
    """
    backends, _ = expr._find_backends()
    if len(backends) > 1:
        raise SourceError(APART.reason, code=APART.cause)
    return backends[0] if backends else expr.get_backend()


def is_apart(a: ir.Expr, b: ir.Expr) -> bool:
    """Return whether two tables are in different databases.

    Raises:
        SourceError: as `backend_of`.
    """
    return backend_of(a) is not backend_of(b)

"""Which database a table lives in; Ibis tells connections apart by how they were made, and not by what they
lead to.
"""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

import ibis.expr.types as ir

from auditkit.dataset.errors import SourceError
from auditkit.outcome import Cause, Missing

Backend = TypeVar("Backend", bound=Any)
APART = Missing(
    Cause.UNSEEN,
    "its tables lie in different databases, which are never joined: load the one into the database of the"
    " other, or give both as files",
)
"""Why what needs both tables cannot be seen, and what works."""
_NUMBERS = count()


def distinct(backend: Backend) -> Backend:
    """Return a backend that is equal to itself alone; for one from which no table was made yet.

    To Ibis all that are made of a driver's connection are equal, and so are their tables of one name: a join
    of two databases would be one of a table with itself.

    >>> import sqlite3, ibis
    >>> one, other = (distinct(ibis.sqlite.from_connection(sqlite3.connect(":memory:"))) for _ in range(2))
    >>> one == one, one == other
    (True, False)
    """
    backend.db_identity = f"auditkit {next(_NUMBERS)}"
    return backend


def backend_of(expr: ir.Expr) -> Any:
    """Return the Ibis backend that an expression stands on.

    Raises:
        SourceError: `unseen`, there are several.
        IbisError: there is none.
    """
    backends, _ = expr._find_backends()
    if len(backends) > 1:
        raise SourceError(APART.reason, code=APART.cause)
    return expr.get_backend() if not backends else backends[0]


def is_apart(a: ir.Expr, b: ir.Expr) -> bool:
    """Return whether two tables live in different engines.

    Raises:
        SourceError: as `backend_of`.
    """
    return backend_of(a) is not backend_of(b)

"""What the errors of DuckDB mean, by their names."""

from __future__ import annotations

from contextlib import AbstractContextManager

from auditkit.dataset.errors import TOO_LONG, Diagnosis, driver_errors
from auditkit.outcome import Cause

OUTSIDE = (
    "it reads other files than the database itself, and auditkit reads only the source: load them into the"
    " database, or audit them by themselves"
)
_DAMAGED = frozenset("ParserException InvalidInputException SerializationException IOException".split())


def duckdb_errors(doing: str, table: str | None = None) -> AbstractContextManager[None]:
    """Turn every error inside a `with` into a SourceError without DuckDB's text."""
    return driver_errors(doing, table, diagnose)


def diagnose(error: Exception) -> Diagnosis | None:
    """Return what an error with a name of DuckDB's means."""
    name = type(error).__name__
    if name == "InterruptException":
        return Diagnosis(Cause.BUDGET, TOO_LONG)
    if name == "PermissionException":
        return Diagnosis(Cause.UNSEEN, OUTSIDE)
    return Diagnosis(damaged=True) if name in _DAMAGED else None

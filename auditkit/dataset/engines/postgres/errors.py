"""What the errors of psycopg mean, by their SQLSTATE."""

from __future__ import annotations

from contextlib import AbstractContextManager

from auditkit.dataset.errors import TOO_LONG, WRITES, Diagnosis, driver_errors
from auditkit.outcome import Cause

_NO_RIGHT, _CANCELLED, _BAD_VALUE, _WRITES = "42501", "57014", "22", "25006"
_NO_NAME = ("42P01", "42883", "42704")
"""No such table, function or type."""
_BARE_NAMES = (
    "a function that it calls names something without its schema, and the audit looks in pg_catalog alone:"
    " ALTER FUNCTION it SET search_path"
)


def postgres_errors(doing: str, table: str | None = None) -> AbstractContextManager[None]:
    """Turn every error inside a `with` into a SourceError without psycopg's text."""
    return driver_errors(doing, table, diagnose)


def diagnose(error: Exception) -> Diagnosis | None:
    """Return what an error that has a SQLSTATE means."""
    state = _state(error)
    if state == _NO_RIGHT:
        remedy = (
            "this role may not read it: grant SELECT, or use a role that row-level security does not filter"
        )
        return Diagnosis(Cause.NO_RIGHT, remedy, state)
    if state == _CANCELLED:
        return Diagnosis(Cause.BUDGET, TOO_LONG, state)
    if state == _WRITES:
        return Diagnosis(Cause.UNSEEN, WRITES, state)
    if state in _NO_NAME and _is_in_a_function(error):
        return Diagnosis(Cause.UNSEEN, _BARE_NAMES, state)
    return Diagnosis(state, number=state) if state else None


def is_bad_value(error: Exception) -> bool:
    """Return whether a value could not be computed or cast."""
    return _state(error).startswith(_BAD_VALUE)


def _is_in_a_function(error: Exception) -> bool:
    """Return whether a statement of a function failed; the server says of no other where it was."""
    return bool(getattr(getattr(error, "diag", None), "context", None))


def _state(error: Exception) -> str:
    return getattr(error, "sqlstate", None) or ""

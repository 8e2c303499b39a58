"""What the errors of SQLite mean, by their names."""

from __future__ import annotations

from contextlib import AbstractContextManager

from auditkit.dataset.errors import TOO_LONG, Diagnosis, driver_errors
from auditkit.outcome import Cause

_DAMAGED = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})


def sqlite_errors(doing: str, table: str | None = None) -> AbstractContextManager[None]:
    """Turn every error inside a `with` into a SourceError without SQLite's text."""
    return driver_errors(doing, table, diagnose)


def diagnose(error: Exception) -> Diagnosis | None:
    """Return what an error that has a name of SQLite's means."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_INTERRUPT":
        return Diagnosis(Cause.BUDGET, TOO_LONG, name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Diagnosis(Cause.UNSEEN, "another process holds it locked: try again", name)
    return Diagnosis(name, number=name, damaged=name in _DAMAGED) if name else None

"""What the errors of PyMySQL mean, by their numbers."""

from __future__ import annotations

from contextlib import AbstractContextManager

from auditkit.dataset.errors import TOO_LONG, Diagnosis, driver_errors
from auditkit.outcome import Cause

_DENIED = frozenset({1044, 1142, 1143, 1227, 1345, 1370})
_TIMEOUT = frozenset({1317, 1969, 3024})
_LOST = 2013


def mysql_errors(doing: str, table: str | None = None) -> AbstractContextManager[None]:
    """Turn every error inside a `with` into a SourceError without PyMySQL's text."""
    return driver_errors(doing, table, diagnose)


def diagnose(error: Exception) -> Diagnosis | None:
    """Return what an error of PyMySQL means, and nothing of any other."""
    number = _number(error)
    if number in _DENIED:
        return Diagnosis(Cause.NO_RIGHT, "this user may not read it: grant SELECT on it", str(number))
    if number in _TIMEOUT or (number == _LOST and "timed out" in str(error)):
        return Diagnosis(Cause.BUDGET, TOO_LONG, str(number))
    return Diagnosis(number=str(number)) if number else None


def _number(error: Exception) -> int:
    number = error.args[0] if type(error).__module__.startswith("pymysql") and error.args else 0
    return number if isinstance(number, int) else 0

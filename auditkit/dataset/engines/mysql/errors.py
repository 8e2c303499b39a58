"""What the errors of PyMySQL mean, by their numbers."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType

from auditkit.dataset.errors import TOO_LONG, WRITES, Diagnosis, driver_errors
from auditkit.outcome import Cause

_DENIED = frozenset({1044, 1142, 1143, 1227, 1345, 1370})
_TIMEOUT = frozenset({1317, 1969, 3024})
_WRITES = frozenset({1290, 1792})
_LOST = 2013
NO_TLS = 2026
_NOT_CONNECTED: Mapping[int, str] = MappingProxyType({
    1044: "this user has no right on the database: grant SELECT on it",
    1045: "the server refuses this user or this password",
    1049: "the server has no database of this name",
    1130: "the server lets no user in from this machine",
    2002: "nothing answers on this socket",
    2003: "nothing answers at this host and port",
    2026: "the server offers no TLS, and the URL requires it: switch it on, or leave out ssl_mode, ssl_ca",
    3159: "the server takes connections with TLS only: leave ssl_mode=DISABLED out of the URL",
})  # fmt: skip


def mysql_errors(doing: str, table: str | None = None) -> AbstractContextManager[None]:
    """Turn every error inside a `with` into a SourceError without PyMySQL's text."""
    return driver_errors(doing, table, diagnose)


def diagnose(error: Exception) -> Diagnosis | None:
    """Return what an error of PyMySQL means, and nothing of any other."""
    number = number_of(error)
    if number in _DENIED:
        return Diagnosis(Cause.NO_RIGHT, "this user may not read it: grant SELECT on it", str(number))
    if number in _WRITES:
        return Diagnosis(Cause.UNSEEN, WRITES, str(number))
    if number in _TIMEOUT or (number == _LOST and "timed out" in str(error)):
        return Diagnosis(Cause.BUDGET, TOO_LONG, str(number))
    return Diagnosis(number=str(number)) if number else None


def why_not_connected(error: Exception) -> str:
    """Return why there is no connection, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "the certificate of the server is not the one that ssl_ca and the host of the URL ask for"
    if isinstance(error, ssl.SSLError):
        return "the server and auditkit agree on no version of TLS"
    usual = "check host, port, database, user and password of the URL"
    return _NOT_CONNECTED.get(number_of(error), usual)


def number_of(error: Exception) -> int:
    """Return the number of an error of PyMySQL, and 0 for any other."""
    number = error.args[0] if type(error).__module__.startswith("pymysql") and error.args else 0
    return number if isinstance(number, int) else 0

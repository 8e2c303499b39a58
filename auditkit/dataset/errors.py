"""What is said when a source cannot be read: never a driver's own text, which quotes values and passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from auditkit.outcome import Cause, Missing

_MYSQL_DENIED = frozenset({1044, 1142, 1143, 1227, 1345, 1370})
_MYSQL_TIMEOUT = frozenset({1317, 1969, 3024})
_MYSQL_LOST = 2013
_DAMAGED = frozenset(
    {
        "ParserException",
        "InvalidInputException",
        "SerializationException",
        "IOException",
        "ArrowInvalid",
        "BadZipFile",
    }
)
"""What drivers call it when the bytes of a file are not those of its format."""


class SourceError(Exception):
    """A source cannot be opened or read.

    Its text is safe to print: it says what was expected and how to mend it, and holds no value, no password
    and no text of a driver. `code` is a cause of `auditkit.outcome.Cause` where the fault is one (`no_right`,
    `budget`, `not_installed`, `unseen`), else a word such as `missing` or `unsupported`, or the driver's own
    code.
    """

    def __init__(self, message: str, *, code: str = "error", table: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.table = table

    @property
    def missing(self) -> Missing:
        """What a relation that cannot be read says of itself."""
        return Missing(Cause(self.code) if self.code in set(Cause) else Cause.ERROR, str(self))


@contextmanager
def driver_errors(doing: str, table: str | None = None) -> Iterator[None]:
    """Turn every error of a driver into a SourceError that says what was being done, and none of the driver's
    own text.
    """
    try:
        yield
    except (SourceError, NameError, AssertionError):  # the last two are faults of ours
        raise
    except Exception as error:
        code, hint = _diagnosis(error)
        reading = doing.startswith(("read ", "open "))
        hint = hint or (
            "; it may be damaged, or hold something else than its name says"
            if reading and _is_damage(error)
            else ""
        )
        raise SourceError(f"could not {doing}: {_driver_code(error)}{hint}", code=code, table=table) from None


def _is_damage(error: Exception) -> bool:
    """Return whether a driver says that the bytes of a file make no sense."""
    return type(error).__name__ in _DAMAGED or getattr(error, "sqlite_errorname", "") in (
        "SQLITE_NOTADB",
        "SQLITE_CORRUPT",
    )


def _driver_code(error: Exception) -> str:
    """Return the name and code of a driver's error, which hold no value."""
    state = (
        getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or _mysql_number(error)
    )
    return " ".join(map(str, filter(None, [type(error).__name__, state])))


def _mysql_number(error: Exception) -> int:
    """Return the number of a MySQL error, 0 for any other."""
    number = error.args[0] if type(error).__module__.startswith("pymysql") and error.args else 0
    return number if isinstance(number, int) else 0


def _diagnosis(error: Exception) -> tuple[str, str]:
    """Return the cause and a hint for the errors that have a remedy."""
    state, name = getattr(error, "sqlstate", None), type(error).__name__
    sqlite = getattr(error, "sqlite_errorname", "") or ""
    mysql = _mysql_number(error)
    if mysql in _MYSQL_DENIED:
        return Cause.NO_RIGHT, "; this user may not read it: grant SELECT on it"
    if mysql in _MYSQL_TIMEOUT or (mysql == _MYSQL_LOST and "timed out" in str(error)):
        return Cause.BUDGET, "; it took longer than the time allowed for one statement"
    if state == "42501":
        return (
            Cause.NO_RIGHT,
            (
                "; this role may not read it: grant SELECT, or use a role that row-level security does not"
                " filter"
            ),
        )
    if (
        state == "57014"
        or name == "InterruptException"
        or sqlite == "SQLITE_INTERRUPT"
        or isinstance(error, TimeoutError)
    ):
        return Cause.BUDGET, "; it took longer than the time allowed for one statement"
    if sqlite.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Cause.UNSEEN, "; another process holds it locked: try again"
    if isinstance(error, ModuleNotFoundError):
        return Cause.NOT_INSTALLED, f"; the package {error.name} is not installed"
    if isinstance(error, PermissionError):
        return Cause.NO_RIGHT, "; permission denied"
    return state or sqlite or name, ""

"""Why a source cannot be read, in words of our own: the text of a driver quotes values and passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from auditkit.errors import ReadableError
from auditkit.outcome import Cause, Missing
from auditkit.running import ended

TOO_LONG = "it took longer than the time allowed for one statement"
WRITES = "it calls a function that writes, and auditkit only reads: read it without that function"
_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C: the text of a RuntimeError."""
_DAMAGED_FILES = frozenset({"ArrowInvalid", "BadZipFile"})


class SourceError(ReadableError):
    """A source cannot be opened or read.

    The text is safe to print: it says what was expected and how to fix it. It holds no value, no password and
    no text of a driver. `code` is one of `auditkit.outcome.Cause` where that fits (`no_right`, `budget`,
    `not_installed`, `unseen`), else a word such as `missing` or `unsupported`, or the driver's own code.
    """

    def __init__(self, message: str, *, code: str = "error", table: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.table = table

    @property
    def missing(self) -> Missing:
        """Why a relation cannot be read, as an outcome says it."""
        return Missing(Cause(self.code) if self.code in set(Cause) else Cause.ERROR, str(self))


@dataclass(frozen=True)
class Diagnosis:
    """What an error of a driver means.

    Attributes:
        code: a cause, or the driver's own word; by default the name of the exception.
        remedy: what happened and how to fix it.
        number: the driver's own number or name of the error, which holds no value.
        damaged: the driver says that the bytes of a file make no sense.
    """

    code: str = ""
    remedy: str = ""
    number: str = ""
    damaged: bool = False


Diagnose = Callable[[Exception], Diagnosis | None]
"""Return what an error means, or None for an error of another kind."""


def general(error: Exception) -> Diagnosis | None:
    """Return what an error means that any engine may raise."""
    if isinstance(error, TimeoutError):
        return Diagnosis(Cause.BUDGET, TOO_LONG)
    if isinstance(error, ModuleNotFoundError):
        return Diagnosis(Cause.NOT_INSTALLED, f"the package {error.name} is not installed")
    if isinstance(error, PermissionError):
        return Diagnosis(Cause.NO_RIGHT, "permission denied")
    return Diagnosis(damaged=True) if type(error).__name__ in _DAMAGED_FILES else None


@contextmanager
def driver_errors(doing: str, table: str | None = None, diagnose: Diagnose = general) -> Iterator[None]:
    """Turn every error of a driver into a SourceError, without the driver's own text.

    Args:
        doing: what is being done, as in "read users".
        table: the relation.
        diagnose: says what the errors of this driver mean.
    """
    try:
        yield
    except (SourceError, NameError, AssertionError):  # the last two are faults of auditkit
        raise
    except Exception as error:
        ended.raise_if_asked()
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from None
        found = diagnose(error) or general(error) or Diagnosis()
        name = type(error).__name__
        remedy = found.remedy
        if found.damaged and doing.startswith(("read ", "open ")):
            remedy = "it may be damaged, or its content may not be what its name says"
        text = " ".join(filter(None, [name, found.number])) + (f"; {remedy}" if remedy else "")
        raise SourceError(f"could not {doing}: {text}", code=found.code or name, table=table) from None

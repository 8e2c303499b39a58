"""What the errors of Spark mean; nothing of their text is printed or logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from auditkit.dataset.errors import Diagnosis, SourceError, driver_errors
from auditkit.outcome import Cause

_LOGGERS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")
_ASKS_FOR_PYTHON = (
    "start the session with the environment variable PYSPARK_PYTHON set to a Python that has"
    " privacy-auditkit, on every executor"
)
_MISSING_PACKAGES = ("No module named 'auditkit", "No module named 'pyarrow", "ModuleNotFoundError")
GONE = "gone"
"""The code of the error that files of a table are not there, or are damaged: no query can read it."""
_NO_FILES = ("FAILED_READ_FILE", "FileNotFoundException")
_NO_RIGHT = ("INSUFFICIENT_PERMISSIONS", "AccessControlException", "Permission denied")


@contextmanager
def spark_errors(session: Any, doing: str, table: str | None = None) -> Iterator[None]:
    """Turn every error of Spark inside a `with` into a SourceError."""
    try:
        with _unlogged():
            yield
    except (SourceError, TimeoutError, NameError) as error:
        with driver_errors(doing, table):
            raise error
    except Exception as error:
        if (found := _diagnosis(session, error)) is not None:
            raise SourceError(f"could not {doing}: {found.remedy}", code=found.code, table=table) from None
        with driver_errors(doing, table):
            raise error


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep PySpark 4 from writing the text of an error, which holds values, to stderr."""
    try:
        from pyspark.logger import PySparkLogger
    except ImportError:  # PySpark 3.5
        yield
        return
    loggers: list[logging.Logger] = [PySparkLogger.getLogger(name) for name in _LOGGERS]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


def _diagnosis(session: Any, error: Exception) -> Diagnosis | None:
    """Return what an error means; its text is looked at and not shown."""
    if _has_ended(session):
        return Diagnosis(
            Cause.UNSEEN, "the Spark session has ended; start one, and open its DataFrames again"
        )
    text, name = str(error), type(error).__name__
    if any(part in text for part in _MISSING_PACKAGES):
        remedy = f"the executors have no privacy-auditkit: install it there, or {_ASKS_FOR_PYTHON}"
        return Diagnosis(Cause.NOT_INSTALLED, remedy)
    if "PYTHON_VERSION_MISMATCH" in text:
        return Diagnosis(Cause.NOT_INSTALLED, f"the executors run another Python: {_ASKS_FOR_PYTHON}")
    if any(part in text for part in _NO_RIGHT):
        return Diagnosis(Cause.NO_RIGHT, f"{name}; this user may not read it: grant SELECT on it")
    if any(part in text for part in _NO_FILES):
        remedy = "files of it are gone or damaged: restore them, or run REFRESH TABLE and open it again"
        return Diagnosis(GONE, remedy)
    if "spark.driver.maxResultSize" in text:
        remedy = "the results are larger than spark.driver.maxResultSize: raise it"
        return Diagnosis(Cause.UNSEEN, remedy)
    condition = _condition(error)
    if isinstance(error, AssertionError) or condition:  # PySpark asserts what a session should have
        return Diagnosis(condition or name, " ".join(filter(None, [name, condition])))
    return None


def _condition(error: Exception) -> str:
    """Return the name that Spark has for an error, such as UNRESOLVED_COLUMN; it holds no value."""
    # The first is its name in Spark 4, the second in 3.5.
    ask = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    with suppress(Exception):
        return str(ask() or "") if ask is not None else ""
    return ""


def _has_ended(session: Any) -> bool:
    try:
        return bool(session.sparkContext._jsc.sc().isStopped())
    except Exception:  # the Java process may be gone, and then py4j raises anything
        return True

"""A Spark session that belongs to the user: what is set in it for the length of a statement, and what is said
when it fails.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.outcome import Cause

SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Clocks are read in UTC everywhere, and a sum that overflows is an error, not another number."""
FIXED = {"spark.sql.adaptive.enabled": "false"}
"""The same query has the same partitions each time."""

_CONNECTING = ("spark.sql.session.timeZone", "spark.sql.mapKeyDedupPolicy")
_LOGGERS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")
_PYTHON = (
    "start the session with the environment variable PYSPARK_PYTHON set to a Python that has"
    " privacy-auditkit, on every executor"
)


def connected(session: Any) -> Any:
    """Return an Ibis backend on a session, with the session as it was: Ibis sets its time zone and more."""
    import ibis

    with _put_back(session, _CONNECTING):
        return ibis.pyspark.connect(session)


@contextmanager
def settings(session: Any, changed: Mapping[str, str] = SETTINGS) -> Iterator[None]:
    """Set what a statement needs, and put it back."""
    with _put_back(session, changed):
        for key, value in changed.items():
            session.conf.set(key, value)
        yield


@contextmanager
def spark_errors(session: Any, doing: str, table: str | None = None) -> Iterator[None]:
    """Turn every error of Spark into a SourceError, with its remedy where there is one; nothing of its text
    is printed or logged.
    """
    try:
        with _unlogged():
            yield
    except (SourceError, TimeoutError, NameError) as error:
        with driver_errors(doing, table):
            raise error
    except Exception as error:
        if (known := _diagnosis(session, error)) is not None:
            code, hint = known
            raise SourceError(f"could not {doing}: {hint}", code=code, table=table) from None
        with driver_errors(doing, table):
            raise error


@contextmanager
def _put_back(session: Any, keys: Mapping[str, str] | tuple[str, ...]) -> Iterator[None]:
    before = {key: session.conf.get(key, None) for key in keys}
    try:
        yield
    finally:
        with suppress(Exception):  # the session has ended, and what it was set to with it
            for key, value in before.items():
                if value is None:
                    session.conf.unset(key)
                else:
                    session.conf.set(key, value)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep PySpark from writing the text of an error, which holds values, to stderr as JSON; PySpark 3.5 does
    not.
    """
    try:
        from pyspark.logger import PySparkLogger
    except ImportError:
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


def _diagnosis(session: Any, error: Exception) -> tuple[str, str] | None:
    """Return the cause and a hint for the errors that have a remedy; the text of the error is looked at and
    not shown.
    """
    if _ended(session):
        return Cause.UNSEEN, "the Spark session has ended; start one, and open its DataFrames again"
    text, name = str(error), type(error).__name__
    if (
        "No module named 'auditkit" in text
        or "No module named 'pyarrow" in text
        or "ModuleNotFoundError" in text
    ):
        return Cause.NOT_INSTALLED, f"the executors have no privacy-auditkit: install it there, or {_PYTHON}"
    if "PYTHON_VERSION_MISMATCH" in text:
        return Cause.NOT_INSTALLED, f"the executors run another Python: {_PYTHON}"
    if "INSUFFICIENT_PERMISSIONS" in text or "AccessControlException" in text or "Permission denied" in text:
        return Cause.NO_RIGHT, f"{name}; this user may not read it: grant SELECT on it"
    if "spark.driver.maxResultSize" in text:
        return Cause.UNSEEN, "the results are larger than spark.driver.maxResultSize: raise it"
    condition = _condition(error)
    if isinstance(error, AssertionError) or condition:  # PySpark asserts what a session should have
        return condition or name, " ".join(filter(None, [name, condition]))
    return None


def _condition(error: Exception) -> str:
    """Return the name that Spark has for an error, such as UNRESOLVED_COLUMN; it holds no value."""
    ask = getattr(error, "getCondition", None) or getattr(
        error, "getErrorClass", None
    )  # the name in Spark 4 and in 3.5
    with suppress(Exception):
        return str(ask() or "") if ask is not None else ""
    return ""


def _ended(session: Any) -> bool:
    try:
        return bool(session.sparkContext._jsc.sc().isStopped())
    except Exception:
        return True

"""Run suites over a database with Great Expectations."""

from __future__ import annotations

import json
import logging
import os
import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditkit.dataset import SourceError
from auditkit.errors import UsageError
from auditkit.expectations.address import Address, address
from auditkit.expectations.suite import Suite, texts
from auditkit.extras import require
from auditkit.html_tables import seen

VARIABLE = "AUDITKIT_URL"
_MOST_NAMED = 5
_DRIVER_ERROR = re.compile(r"\(((?:sqlite3|psycopg|psycopg\.errors)\.[A-Za-z]+)\)")


@dataclass(frozen=True)
class Result:
    """The result of one expectation.

    Attributes:
        table: the table of the check; None where it is about the whole source.
        check: the id of the check.
        fingerprint: the fingerprint that a finding of the check would have.
        columns: the columns of the check.
        target: the target of the check.
        severity: the severity of the check.
        confidence: the confidence of the check.
        severity_from: `rows` where an audit grades by the rows: then the finding may be graver or milder.
        count: how many rows break the policy, or 1 for a broken limit; None where the query failed.
        error: why there is no count.
        waived: somebody accepts this finding, and the waiver has not ended. The verdict is still `failed`.
    """

    table: str | None
    check: str | None
    fingerprint: str | None
    columns: tuple[str, ...]
    target: str | None
    severity: str | None
    confidence: str | None
    severity_from: str | None = None
    count: int | None = None
    error: str | None = None
    waived: bool = False

    @property
    def verdict(self) -> str:
        """One of `passed`, `failed`, `error`."""
        return "error" if self.error is not None else "failed" if self.count else "passed"


def run(
    suites: Iterable[Suite], source: str | Path, *, folder: str | Path | None = None
) -> tuple[Result, ...]:
    """Run compiled suites over a database with Great Expectations; return each expectation's result.

    A file with a suite is data that anybody may have changed, and Great Expectations would send any SQL in it
    to the database. So no file is run: what runs was compiled from the policy in this process, one query a
    statement, in transactions that only read.

    Nothing of the database stays anywhere. The context of Great Expectations lives in memory, the queries
    select constants, and the address is handed over in an environment variable.

    Args:
        suites: what `compile` returned. The suites for the dialect of the source are run.
        source: a SQLite file, a `sqlite:///` or `postgresql://` URL, or `env:NAME` for the content of an
            environment variable.
        folder: the folder of the files of these suites. Where it holds other files, nothing is run.

    Raises:
        SourceError: the source is of another kind, or cannot be opened.
        ValueError: there is no suite for the source, or the folder holds other suites than these.

    >>> import sqlite3, tempfile
    >>> from contextlib import closing
    >>> from auditkit.expectations.suite import expectation
    >>> old = expectation("SELECT 1 FROM users WHERE seen_at < '2023'", title="Old", severity="low", meta={})
    >>> suite = Suite("users", "sqlite", (old,), (), {"name": "Shop"}, None)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with closing(sqlite3.connect(f"{folder}/app.sqlite")) as database:
    ...         _ = database.executescript("CREATE TABLE users (seen_at); INSERT INTO users VALUES ('2019')")
    ...     [(result.verdict, result.count) for result in run([suite], f"{folder}/app.sqlite")]
    [('failed', 1)]
    """
    require("gx", "a run of the suites needs")
    at = address(source)
    chosen = [suite for suite in suites if suite.dialect == at.dialect and suite.expectations]
    if not chosen:
        raise UsageError(f"no check could be compiled for {at.dialect}: there is nothing to run")
    if folder is not None:
        _refuse_others(Path(folder), chosen)
    with _quiet(), _environment(at.url), _batch(at) as batch:
        return tuple(result for suite in chosen for result in _results(batch, suite.to_dict()))


def _refuse_others(folder: Path, suites: Collection[Suite]) -> None:
    """Refuse a folder whose suites are not those that were compiled.

    Raises:
        UsageError: a file was added, changed or removed; with its name.
    """
    expected = {name: text.encode() for name, text in texts(suites).items() if "/" in name}
    dialect = next(suite.dialect for suite in suites)
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob(f"{dialect}/*.json")}
    others = {
        **dict.fromkeys(found.keys() - expected.keys(), "was not compiled from this policy"),
        **dict.fromkeys(expected.keys() - found.keys(), "is missing"),
        **{
            name: "differs from what the policy compiles to now"
            for name in expected.keys() & found.keys()
            if found[name].read_bytes() != expected[name]
        },
    }
    if others:
        named = "; ".join(
            f"{seen(name, mark='?')} {what}" for name, what in sorted(others.items())[:_MOST_NAMED]
        )
        raise UsageError(f"nothing was run: {named}; remove such files, or compile the suites again")


@contextmanager
def _environment(url: str) -> Iterator[None]:
    """Set the variables that Great Expectations reads: the address, and no telemetry."""
    before = {name: os.environ.get(name) for name in (VARIABLE, "GX_ANALYTICS_ENABLED")}
    os.environ |= {VARIABLE: url, "GX_ANALYTICS_ENABLED": "false"}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Great Expectations: its log quotes the text of driver errors, which may hold values."""
    logger = logging.getLogger("great_expectations")
    level, propagate = logger.level, logger.propagate
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        logger.propagate = propagate


@contextmanager
def _batch(at: Address) -> Iterator[Any]:
    """Return a batch to validate. Its content does not matter, as every query names its tables itself."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from sqlalchemy import event

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    try:
        source = context.data_sources.add_sql("source", connection_string=f"${{{VARIABLE}}}")
        asset = source.add_query_asset("any", query="SELECT 1 AS one")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
    except Exception as error:  # its text may hold the password
        message = f"Great Expectations could not open the source: {_driver_error(str(error))}"
        raise SourceError(message, code="missing") from None
    if at.begin is not None:
        begin = at.begin
        event.listen(batch.data.execution_engine.engine, "begin", lambda c: c.exec_driver_sql(begin))
    try:
        yield batch
    finally:
        batch.data.execution_engine.close()
    if at.closed is not None:
        at.closed.check()


def _results(batch: Any, suite: Mapping[str, Any]) -> Iterator[Result]:
    """Yield a result for each expectation of a suite, also where it was not evaluated.

    Great Expectations drops an expectation of an unknown type, and calls a suite a success where it evaluated
    none of its expectations.
    """
    expectations = suite["expectations"]
    try:
        evaluated = _validated(batch, suite)
    except Exception as error:  # its text may hold a value, and one bad suite must not end the others
        for expectation in expectations:
            yield _result(_meta(expectation), error=f"the suite is not valid: {type(error).__name__}")
        return
    for expectation in expectations:
        found = _taken(evaluated, expectation)
        if found is None:
            reason = "it was not evaluated: Great Expectations does not know its type"
            yield _result(_meta(expectation), error=reason)
        else:
            yield _evaluated(_meta(expectation), found)


def _validated(batch: Any, suite: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    import great_expectations as gx

    validation = batch.validate(gx.ExpectationSuite(**suite), result_format={"result_format": "SUMMARY"})
    return list(validation.to_json_dict()["results"])


def _taken(evaluated: list[Mapping[str, Any]], expectation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Remove and return what Great Expectations says of an expectation, or None where it says nothing."""
    for found in evaluated:
        if _identity(found["expectation_config"]) == _identity(expectation):
            evaluated.remove(found)
            return found
    return None


def _identity(expectation: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what two forms of the same expectation have in common: the type and the query."""
    return expectation["type"], json.dumps(expectation["kwargs"].get("unexpected_rows_query"))


def _evaluated(meta: Mapping[str, Any], found: Mapping[str, Any]) -> Result:
    """Return the result of an expectation that was evaluated.

    For Great Expectations an SQL error is also a failure, so errors are looked for first.
    """
    raised = _exception(found.get("exception_info") or {})
    if raised is not None:
        return _result(meta, error=f"the query failed: {_driver_error(raised)}")
    count = (found.get("result") or {}).get("observed_value")
    if not isinstance(count, int) or found["success"] != (count == 0):
        return _result(meta, error="Great Expectations returned no count")
    return _result(meta, count=count)


def _exception(information: Mapping[str, Any]) -> str | None:
    """Return the message of the exception of an expectation, or of one of its metrics."""
    of_metrics = (value for value in information.values() if isinstance(value, Mapping))
    for entry in (information, *of_metrics):
        if entry.get("raised_exception"):
            return str(entry.get("exception_message"))
    return None


def _driver_error(message: str) -> str:
    """Return the name of a driver's error; the rest of its text quotes the query and may quote a value."""
    found = _DRIVER_ERROR.search(message)
    return found[1] if found else "see the log of the database"


def _meta(expectation: Any) -> Mapping[str, Any]:
    meta = expectation.get("meta") if isinstance(expectation, Mapping) else None
    return meta if isinstance(meta, Mapping) else {}


def _result(meta: Mapping[str, Any], *, count: int | None = None, error: str | None = None) -> Result:
    keys = "table check fingerprint target severity confidence severity_from".split()
    waived_until = meta.get("waived_until") or ""
    return Result(
        columns=tuple(meta.get("columns") or ()),
        count=count,
        error=error,
        waived=waived_until >= datetime.now(UTC).date().isoformat(),
        **{key: meta.get(key) for key in keys},
    )

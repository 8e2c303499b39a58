"""Suites, run by Great Expectations over a database."""

from __future__ import annotations

import json
import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditkit.dataset import SourceError
from auditkit.errors import UsageError

VARIABLE = "AUDITKIT_URL"
SETTINGS = "-c default_transaction_read_only=on -c row_security=off -c TimeZone=UTC"
"""Of a session on PostgreSQL: it reads only, row-level security raises instead of hiding rows, and days are
those of UTC.
"""
_SQLITE = b"SQLite format 3\x00"
_DRIVER_ERROR = re.compile(r"\(((?:sqlite3|psycopg|psycopg\.errors)\.[A-Za-z]+)\)")


@dataclass(frozen=True)
class Result:
    """What came of one expectation: `count` rows (or 1 broken limit), or the `error` for which nothing is
    known.

    What somebody accepted is still `failed`, and `waived` until the day they gave is over.
    """

    table: str | None
    check: str | None
    fingerprint: str | None
    columns: tuple[str, ...]
    target: str | None
    severity: str | None
    confidence: str | None
    count: int | None = None
    error: str | None = None
    waived: bool = False

    @property
    def verdict(self) -> str:
        """One of `passed`, `failed`, `error`."""
        return "error" if self.error is not None else "failed" if self.count else "passed"


def run(folder: str | Path, source: str | Path) -> tuple[Result, ...]:
    """Run the suites of a folder over a database with Great Expectations, and return what came of each
    expectation.

    Nothing of the database stays anywhere: the context lives in memory, the queries select constants, and the
    address is handed over by an environment variable by whose name alone it is known.

    Args:
        folder: where `write` put them; those of the source's dialect are run.
        source: a SQLite file, a `sqlite:///` or `postgresql://` URL, or `env:NAME` for what an environment
            variable holds.

    Raises:
        SourceError: the source is neither, or cannot be opened.
        ValueError: the folder holds no suite for it, or a file that is none.
    """
    dialect, url = address(source)
    suites = _load(Path(folder) / dialect)
    with _quiet(), _environment(url), _batch() as batch:
        return tuple(result for suite in suites for result in _validated(batch, suite))


def address(source: str | Path) -> tuple[str, str]:
    """Return the dialect of a source and its URL for SQLAlchemy, which opens it read-only.

    Raises:
        SourceError: it is no SQLite file and no PostgreSQL URL, or the variable is not set.
    """
    from sqlalchemy.engine import URL, make_url
    from sqlalchemy.exc import ArgumentError

    text = str(source)
    if text.startswith("env:"):
        text = os.environ.get(text.removeprefix("env:"), "")
        if not text:
            raise SourceError(
                "the environment variable is not set: set it to a path or a database URL", code="unset"
            )
    if re.match(r"postgres(ql)?://", text):
        try:
            url = make_url(text).set(drivername="postgresql+psycopg")
        except (ArgumentError, ValueError):
            raise SourceError(
                "expected a URL such as postgresql://user@host/database", code="unsupported"
            ) from None
        options = " ".join([*([str(url.query["options"])] if "options" in url.query else []), SETTINGS])
        return "postgres", url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    path = Path(text.removeprefix("sqlite:///"))
    if not _is_sqlite(path):
        raise SourceError(
            "Great Expectations runs on a SQLite file that is there, or a postgresql:// URL", code="missing"
        )
    location = (
        f"file:{path.absolute().as_posix().replace('%', '%25').replace('?', '%3f').replace('#', '%23')}"
    )
    return (
        "sqlite",
        URL.create("sqlite", database=location, query={"mode": "ro", "uri": "true"}).render_as_string(),
    )


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _load(folder: Path) -> list[Mapping[str, Any]]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(
            f"there are no expectations in {folder.name}: write some with `auditkit expectations SOURCE -p"
            " privacy.yaml`"
        )
    suites = []
    for path in paths:
        try:
            suite = json.loads(path.read_text(encoding="utf-8"))
            found = (
                isinstance(suite["name"], str)
                and isinstance(suite["expectations"], list)
                and isinstance(suite["meta"], dict)
            )
        except (ValueError, LookupError, TypeError):
            found = False
        if not found:
            raise UsageError(f"{path.name} is no suite of expectations: it has a name, expectations and meta")
        suites.append(suite)
    return suites


@contextmanager
def _environment(url: str) -> Iterator[None]:
    """Hold the address in the environment while it is needed; old versions would send telemetry."""
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
    """Keep Great Expectations from logging, which it does with the text of the driver, that may quote values,
    and from giving advice.
    """
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
def _batch() -> Iterator[Any]:
    """Give a batch to validate; what it holds matters to no expectation, for every query names its tables
    itself.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    try:
        source = context.data_sources.add_sql("source", connection_string=f"${{{VARIABLE}}}")
        batch = (
            source.add_query_asset("any", query="SELECT 1 AS one")
            .add_batch_definition_whole_table("all")
            .get_batch()
        )
    except Exception as error:
        raise SourceError(
            f"Great Expectations could not open the source: {_told(str(error))}", code="missing"
        ) from None
    try:
        yield batch
    finally:
        batch.data.execution_engine.close()


def _validated(batch: Any, suite: Mapping[str, Any]) -> Iterator[Result]:
    """Yield a result for each expectation of the file, whether or not it was evaluated.

    Great Expectations drops an expectation of an unknown type, and calls a suite of which it evaluated none a
    success.
    """
    import great_expectations as gx

    wanted = suite["expectations"]
    if not wanted:
        yield _result(
            {"table": suite["meta"].get("table")}, error="the suite holds no expectation: nothing was checked"
        )
        return
    try:
        validated = batch.validate(
            gx.ExpectationSuite(**suite), result_format={"result_format": "SUMMARY"}
        ).to_json_dict()["results"]
    except Exception as error:
        for one in wanted:
            yield _result(_meta(one), error=f"the suite is not valid: {type(error).__name__}")
        return
    left = [(_key(r["expectation_config"]), r) for r in validated]
    for one in wanted:
        found = next((pair for pair in left if pair[0] == _key(one)), None)
        if found is None:
            yield _result(_meta(one), error="it was not evaluated: Great Expectations does not know its type")
            continue
        left.remove(found)
        yield _evaluated(_meta(one), found[1])


def _evaluated(meta: Mapping[str, Any], found: Mapping[str, Any]) -> Result:
    """Return what one result says; an SQL error is no success either, so it is looked for first."""
    raised = _raised(found.get("exception_info") or {})
    if raised is not None:
        return _result(meta, error=f"the query failed: {_told(raised)}")
    count = (found.get("result") or {}).get("observed_value")
    if not isinstance(count, int) or found["success"] != (count == 0):
        return _result(meta, error="Great Expectations gave no count")
    return _result(meta, count=count)


def _raised(information: Mapping[str, Any]) -> str | None:
    """Return the message of an exception: of the expectation, or of one of its metrics."""
    for one in (information, *(value for value in information.values() if isinstance(value, Mapping))):
        if one.get("raised_exception"):
            return str(one.get("exception_message"))
    return None


def _told(message: str) -> str:
    """Return the name of a driver's error; the rest of its text may quote a value, and quotes the query."""
    found = _DRIVER_ERROR.search(message)
    return found[1] if found else "see the log of the database"


def _key(configuration: Mapping[str, Any]) -> tuple[Any, Any]:
    return configuration["type"], json.dumps(configuration["kwargs"].get("unexpected_rows_query"))


def _meta(one: Any) -> Mapping[str, Any]:
    meta = one.get("meta") if isinstance(one, Mapping) else None
    return meta if isinstance(meta, Mapping) else {}


def _result(meta: Mapping[str, Any], *, count: int | None = None, error: str | None = None) -> Result:
    columns: Sequence[str] = meta.get("columns") or ()
    told = {
        name: meta.get(name) for name in ("table", "check", "fingerprint", "target", "severity", "confidence")
    }
    waived = (meta.get("waived_until") or "") >= datetime.now(UTC).date().isoformat()
    return Result(columns=tuple(columns), count=count, error=error, waived=waived, **told)

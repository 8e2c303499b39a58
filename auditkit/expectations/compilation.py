"""Compile the checks of a policy to suites of Great Expectations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from auditkit.audit.meeting import check
from auditkit.catalogue import chosen
from auditkit.check import Check, Measure
from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.engines import dialect_of
from auditkit.errors import UsageError
from auditkit.examine import Examination, Question, ask
from auditkit.expectations.query import DAYS, NotCompilable, sql_of
from auditkit.expectations.suite import Suite, expectation
from auditkit.options import RunOptions, day
from auditkit.outcome import Cause, Finding, NotAssessed
from auditkit.policy import Policy
from auditkit.report.text import place_of

Answer = Question | NotAssessed


def compile(
    dataset: Dataset,
    policy: Policy | str | Path,
    *,
    as_of: date | str | None = None,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    sample: int | None = None,
) -> tuple[Suite, ...]:
    """Return one suite for each table, with every check that SQL over the rows can express.

    The checks are the same as in an audit, and their expressions become SQL. `Suite.not_compiled` lists the
    checks that cannot be compiled. What auditkit finds out now is fixed in the suites: which columns hold
    personal data, which references there are, and whether the tenant is a boundary for them.

    Args:
        dataset: an open source.
        policy: the policy.
        as_of: the day to which every clock is fixed; by default the clock is the day on which a suite runs.
        scanners: names of scanners; all by default.
        checks: ids of checks; all of those scanners by default.
        sample: how many rows of a table to read at most when looking for personal data.

    Raises:
        PolicyError: the policy cannot be read, or names something that the source does not have.
        ValueError: a scanner or a check is unknown, the day is not a date, or there are several databases.

    >>> import auditkit, sqlite3
    >>> database = sqlite3.connect(":memory:")
    >>> _ = database.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, seen_at TEXT)")
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Shop, tables: {users: {retention: {start: seen_at, max: P3Y}}}}"
    ... )
    >>> suites = compile(auditkit.open(database), policy, checks=["retention-overdue"])
    >>> [(suite.table, suite.dialect, len(suite.expectations)) for suite in suites]
    [('users', 'sqlite', 1)]
    """
    declared = Policy.load(policy)
    days = (day(as_of),) if as_of else DAYS
    check(dataset, declared)
    dialect = _dialect(dataset)
    answers = _answers(dataset, declared, chosen(scanners, checks), days, sample)
    entries = [_entry(dataset, declared, of_days, days) for of_days in answers]
    tables = sorted({entry.table for entry in entries}, key=lambda table: table or "")
    return tuple(
        Suite(
            table,
            dialect,
            tuple(e.expectation for e in entries if e.table == table and e.expectation is not None),
            tuple(e.not_compiled for e in entries if e.table == table and e.not_compiled is not None),
            {"name": declared.name, "digest": declared.digest},
            days[0].isoformat() if as_of else None,
        )
        for table in tables
    )


def _dialect(dataset: Dataset) -> str:
    dialects = {id(table.get_backend()): dialect_of(table) for table in dataset.tables.values()}
    names = [found.name for found in dialects.values() if found.days is not None]
    if len(names) > 1:
        raise UsageError("Great Expectations runs over one connection: compile each database by itself")
    return names[0] if names else dataset.dialect


def _answers(
    dataset: Dataset, policy: Policy, checks: list[Check], days: Sequence[date], sample: int | None
) -> Iterator[tuple[Answer, ...]]:
    """Yield what each check returns in each of its scopes, once for each day."""
    first = Examination(dataset, policy, RunOptions(days[0], sample))
    runs = [first, *(first.on_another_day(other) for other in days[1:])]
    return zip(*[list(ask(run, checks)) for run in runs], strict=True)


@dataclass(frozen=True)
class _Entry:
    """What a check became: an expectation, or an entry of `Suite.not_compiled`."""

    table: str | None
    expectation: Mapping[str, Any] | None = None
    not_compiled: Mapping[str, Any] | None = None


def _entry(dataset: Dataset, policy: Policy, answers: Sequence[Answer], days: Sequence[date]) -> _Entry:
    """Return what one check becomes in one scope, from its answers for each day."""
    for answer in answers:
        if isinstance(answer, NotAssessed):
            return _not_compiled(answer, f"{answer.cause}: {answer.reason}", answer.cause)
    questions = [answer for answer in answers if isinstance(answer, Question)]
    try:
        questions[0] = question = questions[0].settled()
    except SourceError as error:
        return _not_compiled(questions[0].finding(), str(error), error.missing.cause)
    finding = question.finding()
    try:
        query, moments = sql_of(dataset, questions, days)
    except NotCompilable as error:
        return _not_compiled(finding, str(error))
    except SourceError as error:
        return _not_compiled(finding, str(error), error.missing.cause)
    except Exception as error:
        # A check without SQL must not end the others. The text of the error may hold values.
        return _not_compiled(finding, f"no SQL can be made of it: {type(error).__name__}")
    meta = {
        **_meta(question, finding),
        "clock": [str(moment) for moment in moments],
        "waived_until": _waived_until(policy, finding),
    }
    title = f"{question.check.title}: {place_of(finding)}"
    return _Entry(finding.table, expectation(query, title=title, severity=finding.severity, meta=meta))


def _not_compiled(place: Finding | NotAssessed, reason: str, cause: Cause | None = None) -> _Entry:
    """Return the entry of a check that is in no suite; with a cause, an audit does not assess it either."""
    entry = {
        "check": place.check,
        "columns": list(place.columns),
        "target": place.target,
        "cause": cause,
        "reason": reason,
    }
    return _Entry(place.table, not_compiled=entry)


def _waived_until(policy: Policy, finding: Finding) -> str | None:
    """Return the last day on which a waiver of the finding holds."""
    own = (w for w in policy.waivers if finding.fingerprint.startswith(w.fingerprint))
    return max((waiver.until.isoformat() for waiver in own), default=None)


def _meta(question: Question, finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "fingerprint": finding.fingerprint,
        "table": finding.table,
        "columns": list(finding.columns),
        "target": finding.target,
        "severity": str(finding.severity),
        "severity_from": "rows" if isinstance(question.answer.severity, ir.Scalar) else "check",
        "confidence": str(finding.confidence),
        "counts": "limits" if isinstance(question.answer.result, Measure) else "rows",
        "title": question.check.title,
        "remedy": question.check.remedy,
        "articles": list(question.check.articles),
    }

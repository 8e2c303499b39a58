"""The checks of a policy as suites of Great Expectations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from auditkit.check import Check, Measure
from auditkit.dataset import Dataset, SourceError
from auditkit.errors import UsageError
from auditkit.examine import Examination, Question, ask
from auditkit.options import RunOptions
from auditkit.expectations.query import DAYS, DIALECTS, NotCompilable, sql_of
from auditkit.expectations.suite import Suite, expectation
from auditkit.outcome import Finding, NotAssessed
from auditkit.policy import Policy
from auditkit.catalogue import chosen
from auditkit.options import day

Asked = Question | NotAssessed


def compile(
    dataset: Dataset,
    policy: Policy | str | Path,
    *,
    as_of: date | str | None = None,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    sample: int | None = None,
) -> tuple[Suite, ...]:
    """Return one suite for each table, of every check whose result SQL can tell by itself.

    The same checks answer over the same facts as in an audit; their expressions become text. What cannot is
    in `Suite.not_compiled`. Which columns hold personal data, which references there are, and whether the
    tenant is a boundary for them, is as it was found now.

    Args:
        dataset: an open one.
        policy: what is declared.
        as_of: freezes every clock on that day; by default it moves with the day on which the suite runs.
        scanners: names of scanners; all by default.
        checks: ids of checks; all of those scanners by default.
        sample: read at most so many rows a table when looking for personal data.

    Raises:
        PolicyError: the policy cannot be read, or names what is not in the source.
        ValueError: an unknown scanner or check, a date that is none, or a source of several databases.
    """
    declared = Policy.load(policy)
    days = (day(as_of),) if as_of else DAYS
    dialect = _dialect(dataset)
    compiled: dict[str | None, list[Mapping[str, Any]]] = {}
    left: dict[str | None, list[Mapping[str, Any]]] = {}
    for asked in _asked(dataset, declared, chosen(scanners, checks), days, sample):
        table, entry = _entry(dataset, declared, asked, days)
        compiled.setdefault(table, [])
        left.setdefault(table, [])
        (compiled if "kwargs" in entry else left)[table].append(entry)
    told = {"name": declared.name, "digest": declared.digest}
    when = days[0].isoformat() if as_of else None
    return tuple(
        Suite(table, dialect, tuple(compiled[table]), tuple(left[table]), told, when)
        for table in sorted(compiled, key=lambda t: t or "")
    )


def _dialect(dataset: Dataset) -> str:
    backends = {
        id(b): b.name
        for b in (table.get_backend() for table in dataset.tables.values())
        if b.name in DIALECTS
    }
    if len(backends) > 1:
        raise UsageError("expectations run over one connection: compile each database by itself")
    return next(iter(backends.values()), dataset.dialect)


def _asked(
    dataset: Dataset, policy: Policy, checks: list[Check], days: Sequence[date], sample: int | None
) -> Iterator[tuple[Asked, ...]]:
    """Yield what each check returns in every scope it has, for each of the days."""
    first = Examination(dataset, policy, RunOptions(days[0], sample))
    runs = [list(ask(first, checks))]
    runs += [list(ask(on_day(first, other), checks)) for other in days[1:]]
    return zip(*runs, strict=True)


def on_day(run: Examination, as_of: date) -> Examination:
    """Return a run for another day, which shares the facts that do not depend on it."""
    return run.on_another_day(as_of)


def _entry(
    dataset: Dataset, policy: Policy, asked: Sequence[Asked], days: Sequence[date]
) -> tuple[str | None, Mapping[str, Any]]:
    """Return the table of a question, with its expectation or with why it has none."""
    questions = [a for a in asked if isinstance(a, Question)]
    if len(questions) < len(asked):
        blind = next(a for a in asked if isinstance(a, NotAssessed))
        return blind.table, _left(blind.check, blind.columns, blind.target, f"{blind.cause}: {blind.reason}")
    question = questions[0]
    finding = question.finding()
    try:
        query, moments = sql_of(dataset, questions, days)
    except (NotCompilable, SourceError) as error:
        return finding.table, _left(finding.check, finding.columns, finding.target, str(error))
    except (
        Exception
    ) as error:  # a check of which no SQL can be made must not end the others; its text may hold values
        return finding.table, _left(
            finding.check,
            finding.columns,
            finding.target,
            f"no SQL can be made of it: {type(error).__name__}",
        )
    waived = max(
        (w.until.isoformat() for w in policy.waivers if finding.fingerprint.startswith(w.fingerprint)),
        default=None,
    )
    meta = {**_meta(question, finding), "clock": [str(m) for m in moments], "waived_until": waived}
    return finding.table, expectation(query, title=question.check.title, severity=finding.severity, meta=meta)


def _left(check: str, columns: Collection[str], target: str | None, reason: str) -> dict[str, Any]:
    return {"check": check, "columns": list(columns), "target": target, "reason": reason}


def _meta(question: Question, finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "fingerprint": finding.fingerprint,
        "table": finding.table,
        "columns": list(finding.columns),
        "target": finding.target,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "counts": "limits" if isinstance(question.answer.result, Measure) else "rows",
        "title": question.check.title,
        "remedy": question.check.remedy,
        "articles": list(question.check.articles),
    }

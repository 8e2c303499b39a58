"""The only loop: gather the facts that checks ask for, run the checks, and count what they return.

It imports no check: it is given them. What breaks the policy is counted where the data lives, one statement
for all checks over the same rows; metadata is shown. Nothing that was planned disappears: it is passed, a
finding, or not assessed.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil, floor
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.budget import Deadline
from auditkit.check import Check, Measure, Offending, graded
from auditkit.dataset import Dataset, SourceError
from auditkit.facts import seen_by
from auditkit.gather import Facts
from auditkit.outcome import (
    Cause,
    Confidence,
    Finding,
    Missing,
    NotAssessed,
    Outcome,
    Passed,
    Severity,
    wilson,
)
from auditkit.policy import NoColumnError, Policy, PolicyError

Progress = Callable[[str, int, int], None]
LEVELS = tuple(Severity)


@dataclass(frozen=True)
class Question:
    """One run of one check: where it looked, and what it returned."""

    check: Check
    locus: Mapping[str, Any]
    answer: Offending
    subject: str | None
    sensitive: bool
    scope: Mapping[str, Any] = field(default_factory=dict)

    def finding(
        self,
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        sensitive: bool | None = None,
        **told: Any,
    ) -> Finding:
        """Return the finding of this question, its severity by the severity rule."""
        sure = min(
            self.check.confidence,
            confidence or self.answer.confidence or self.check.confidence,
            key=lambda c: c.rank,
        )
        stated = severity or (
            self.answer.severity if isinstance(self.answer.severity, Severity) else self.check.severity
        )
        grave = self.sensitive if sensitive is None else sensitive
        where = {**self.locus, **told}
        return Finding(
            check=self.check.id,
            severity=graded(stated, sensitive=grave, confidence=sure),
            confidence=sure,
            **where,
        )

    def passed(self, **told: Any) -> Passed:
        """Return that nothing breaks the policy here."""
        return Passed(check=self.check.id, **{**self.locus, **told})

    def not_assessed(self, missing: Missing) -> NotAssessed:
        """Return that this could not be seen."""
        return NotAssessed(check=self.check.id, cause=missing.cause, reason=missing.reason, **self.locus)


@dataclass
class Examination:
    """The state of one run: the facts so far, and what failed."""

    dataset: Dataset
    facts: Facts
    strict: bool
    sample: int | None
    deadline: Deadline | None = None
    failures: list[str] = field(default_factory=list)

    @cached_property
    def local(self) -> Any:
        """An engine for small relations of metadata; it holds nothing and reaches nothing."""
        return ibis.duckdb.connect(autoinstall_known_extensions=False, autoload_known_extensions=False)

    @property
    def late(self) -> Missing | None:
        """Why nothing more is read; None while there is time, or where nobody bounds it."""
        return self.deadline.missing if self.deadline is not None else None

    def bounded(self) -> AbstractContextManager[None]:
        """Bound every statement inside by what is left of the time, where somebody bounds it."""
        return self.dataset.allowed(self.deadline.statement) if self.deadline is not None else nullcontext()

    def failed(self, what: str, error: Exception) -> Missing:
        """Return why something is missing after an error, which is written down without its text: that may
        hold values.

        Raises:
            PolicyError: where that is what happened: a person must mend the policy first. Not of a column
                that may only be closed to us.
            Exception: any other but a source's, where the run is strict.
        """
        if (
            isinstance(error, NoColumnError)
            and (closed := self.dataset.relations[error.table].closed) is not None
        ):
            return closed
        if isinstance(error, PolicyError):
            raise error
        if isinstance(error, SourceError):
            return error.missing
        if self.strict:
            raise error
        self.failures.append(value_free(what, error))
        return Missing(
            Cause.ERROR, f"{what} failed with {type(error).__name__}; where is in the run's failures"
        )


def value_free(what: str, error: Exception) -> str:
    """Return where an error came from, without its text or any line of code: `what: ValueError at
    period.py:12 in add < ...`.
    """
    frames = [
        f"{Path(f.filename).name}:{f.lineno} in {f.name}"
        for f in reversed(traceback.extract_tb(error.__traceback__))
    ]
    return f"{what}: {type(error).__name__} at " + " < ".join(frames[:8])


def examine(
    checks: Iterable[Check],
    dataset: Dataset,
    policy: Policy,
    *,
    as_of: date,
    sample: int | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    deadline: Deadline | None = None,
) -> tuple[tuple[Outcome, ...], tuple[str, ...], Facts]:
    """Run checks over a dataset.

    With a deadline the checks that need no cell to be fetched go first, what cannot be read in time is not
    assessed, and a statement that takes too much of it is cut off.

    Returns:
        The outcomes; the failures, value-free; and the facts that were gathered on the way.

    Raises:
        PolicyError: the policy names what is not there.
        SourceError: never for one table; such a table is not assessed.
    """
    run = begun(
        dataset, policy, as_of=as_of, sample=sample, strict=strict, progress=progress, deadline=deadline
    )
    outcomes: list[Outcome] = []
    with run.bounded():
        for turn in _turns(checks, deadline):
            questions: list[Question] = []
            for asked in ask(run, turn):
                (questions if isinstance(asked, Question) else outcomes).append(asked)  # type: ignore[arg-type]
            outcomes += _answered(run, questions, progress)
    return tuple(sorted(outcomes, key=lambda o: o.sort_key)), tuple(run.failures), run.facts


def begun(
    dataset: Dataset,
    policy: Policy,
    *,
    as_of: date,
    sample: int | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    deadline: Deadline | None = None,
) -> Examination:
    """Return a run that knows what it starts from, and nothing else yet."""
    run = Examination(
        dataset, Facts({}, lambda what, error: run.failed(what, error)), strict, sample, deadline
    )
    run.facts.given = {
        "dataset": dataset, "policy": policy, "as_of": as_of, "sample": sample, "progress": progress,
        "deadline": deadline,
    }  # fmt: skip
    return run


def ask(run: Examination, checks: Iterable[Check]) -> Iterator[Question | NotAssessed]:
    """Run each check in every scope it has; yield what it returned, uncounted, or why it could not run.

    Those that rest on the long read of every cell come last, so that an error of the policy comes first.
    """
    for check in sorted(checks, key=lambda c: seen_by(c).reads_cells(c.needs)):
        yield from _asked(run, check)


def _turns(checks: Iterable[Check], deadline: Deadline | None) -> Iterator[list[Check]]:
    """Yield the checks in the order of their cost where time may run out; all at once, in the fewest
    statements, where it cannot.
    """
    every = list(checks)
    cheap = [c for c in every if deadline is not None and not seen_by(c).reads_cells(c.needs)]
    yield from filter(None, (cheap, [c for c in every if c not in cheap]))


def _asked(run: Examination, check: Check) -> Iterator[Question | NotAssessed]:
    """Run a check in every scope it has; yield what it returned, or why it could not run."""
    known = seen_by(check)
    for scope, blind in run.facts.scopes(check.needs, known):
        locus: dict[str, Any] = {}
        for one in scope.values():
            locus |= one.locus
        arguments = blind or run.facts.arguments(check.needs, check.optional, scope, known)
        if isinstance(arguments, Missing):
            yield NotAssessed(check=check.id, cause=arguments.cause, reason=arguments.reason, **locus)
            continue
        try:
            result = check(**arguments)
        except Exception as error:  # one check that fails must not end the audit: it says so for this table
            missing = run.failed(check.id, error)
            yield NotAssessed(check=check.id, cause=missing.cause, reason=missing.reason, **locus)
            continue
        answer = result if isinstance(result, Offending) else Offending(result)
        subject, sensitive = (
            run.facts.get(f, scope) if "relation" in scope else None for f in ("subject", "sensitive")
        )
        yield Question(
            check, locus, answer, subject if isinstance(subject, str) else None, sensitive is True, scope
        )


def _answered(run: Examination, questions: list[Question], progress: Progress | None) -> Iterator[Outcome]:
    """Count what every question asks for: those over the same rows in one statement."""
    groups: dict[Any, list[Question]] = {}
    for question in questions:
        groups.setdefault(base_of(question), []).append(question)
    for done, (base, group) in enumerate(groups.items()):
        if progress is not None:
            progress("checks", done, len(groups))
        if base is None:
            for question in group:
                yield from _tables(run, question)
        elif (late := run.late) is not None:
            yield from (question.not_assessed(late) for question in group)
        else:
            yield from _counted(run, base.to_expr(), group)


def base_of(question: Question) -> Any:
    """Return the rows that a result is about, so that results over the same rows are counted together; None
    for a table.
    """
    result = question.answer.result
    if isinstance(result, ir.Table):
        return None
    relations = (result.value if isinstance(result, Measure) else result).op().relations
    if len(relations) != 1:
        raise TypeError(
            f"{question.check.id} returned an expression over {len(relations)} relations; it is over the rows"
            " of one"
        )
    return next(iter(relations))


def _counted(run: Examination, base: ir.Table, group: list[Question]) -> Iterator[Outcome]:
    """Yield the outcomes of checks over the same rows from one statement; one by one where that fails."""
    measures: dict[str, ir.Scalar] = {"n": base.count()}
    for i, question in enumerate(group):
        answer = question.answer
        match answer.result:
            case Measure(value=value, breaks=breaks):
                measures |= {f"value{i}": value, f"breaks{i}": breaks}
            case broken:
                measures[f"rows{i}"] = base.count(where=broken)
                if question.subject in base.columns:
                    measures[f"subjects{i}"] = base[question.subject].nunique(where=broken)
        measures |= {
            f"detail{i}.{name}": value
            for name, value in answer.detail.items()
            if isinstance(value, ir.Scalar)
        }
        if isinstance(answer.severity, ir.Scalar):
            measures[f"severity{i}"] = answer.severity
        if answer.of is not None:
            measures[f"of{i}"] = answer.of
    try:
        found = run.dataset.fetch(base.aggregate(**measures))[0]
    except SourceError as error:
        if len(group) > 1:
            for question in group:
                yield from _counted(run, base, [question])
        else:
            yield group[0].not_assessed(run.failed(group[0].check.id, error))
        return
    for i, question in enumerate(group):
        yield _outcome(run, base, question, i, found)


def _outcome(
    run: Examination, base: ir.Table, question: Question, i: int, found: Mapping[str, Any]
) -> Outcome:
    answer, of = question.answer, int(found.get(f"of{i}", found["n"]) or 0)
    detail = {name: _plain(found.get(f"detail{i}.{name}", value)) for name, value in answer.detail.items()}
    severity = LEVELS[int(found[f"severity{i}"])] if found.get(f"severity{i}") is not None else None
    if isinstance(answer.result, Measure):
        if not found[f"breaks{i}"]:
            return question.passed(of=of)
        detail |= {"value": _plain(found[f"value{i}"]), "limit": answer.result.limit}
        return question.finding(severity=severity, of=of, detail=detail)
    rows = int(found[f"rows{i}"] or 0)
    if not rows:
        return question.passed(of=of)
    subjects = found.get(f"subjects{i}")
    sql = run.dataset.sql(base.filter(answer.result))
    return question.finding(
        severity=severity,
        rows=rows,
        of=of,
        subjects=None if subjects is None else int(subjects),
        detail=detail,
        sql=sql,
    )


def _tables(run: Examination, question: Question) -> Iterator[Outcome]:
    """Yield the outcomes of a check that returned a table: metadata is shown, a finding a row; rows are
    counted.
    """
    table = question.answer.result
    assert isinstance(table, ir.Table)
    try:
        if table.op().find(ops.InMemoryTable):
            yield from _shown(run, question, table)
            return
        if (late := run.late) is not None:
            yield question.not_assessed(late)
            return
        rows = int(run.dataset.fetch(table.aggregate(n=table.count()))[0]["n"])
    except SourceError as error:
        yield question.not_assessed(run.failed(question.check.id, error))
        return
    detail = {name: _plain(value) for name, value in question.answer.detail.items()}
    yield (
        question.finding(rows=rows, detail=detail, sql=run.dataset.sql(table)) if rows else question.passed()
    )


def _shown(run: Examination, question: Question, table: ir.Table) -> Iterator[Outcome]:
    """Yield a finding for each row of a relation of metadata; what is no part of a finding is its detail.

    What was counted in more rows than a sample has was counted in all of them, where they lie.
    """
    rows = [] if _of_nothing(table) else run.local.to_pyarrow(table).to_pylist()
    total = _population(run, question) if run.sample is not None else None
    if not rows:
        yield question.passed(interval=_interval(0, run.sample, total))
    for row in rows:
        column, entity = row.pop("column", None), row.pop("entity", None)
        where: dict[str, Any] = {"columns": (column,)} if column is not None else {}
        if "table" in row:
            where["table"] = row.pop("table")
        told = {name: row.pop(name, None) for name in ("rows", "of", "subjects")}
        grades = {
            "severity": row.pop("severity", None),
            "confidence": row.pop("confidence", None),
            "sensitive": row.pop("sensitive", None),
        }
        target = {"target": row.pop("target")} if "target" in row else {}
        detail = {
            name: _plain(v)
            for k, value in row.items()
            for name, v in (value if isinstance(value, list) else [(k, value)])
            if v is not None
        }
        yield question.finding(
            severity=Severity(grades["severity"]) if grades["severity"] else None,
            confidence=Confidence(grades["confidence"]) if grades["confidence"] else None,
            sensitive=grades["sensitive"],
            entity=entity,
            interval=(
                _interval(told["rows"], told["of"], total) if (told["of"] or 0) <= (run.sample or 0) else None
            ),
            detail={
                **{n: v for n, v in question.answer.detail.items() if not isinstance(v, ir.Expr)},
                **detail,
            },
            **where,
            **told,
            **target,
        )


def _of_nothing(table: ir.Table) -> bool:
    """Return whether a relation can have no row, because all that it is made of has none: most facts about
    most tables are empty.
    """
    if table.op().find(ops.Aggregate):
        return False  # a count of nothing is a row
    return all(
        isinstance(part, ops.InMemoryTable) and not len(part.data.to_pyarrow(part.schema))
        for part in table.op().find(ops.PhysicalTable)
    )


def _population(run: Examination, question: Question) -> int | None:
    """Return how many rows the table of a question has, which a sample alone does not tell."""
    name = str(question.locus.get("table"))
    if name not in run.dataset.tables:
        return None
    table = run.dataset.tables[name]
    return int(run.dataset.fetch(table.aggregate(n=table.count()))[0]["n"])


def _interval(rows: int | None, of: int | None, total: int | None) -> tuple[int, int] | None:
    """Return between how many rows of the whole table lie what a sample shows (95 %), or None where every row
    was read.
    """
    if rows is None or not of or total is None:
        return None
    low, high = wilson(rows, min(of, total))
    return max(rows, floor(low * total)), min(total, ceil(high * total))


def _plain(value: Any) -> Any:
    """Return a number as a Python number (a decimal of the database too), rounded so that engines agree."""
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 6)

"""Count what breaks the policy, where the data lives: one statement for all questions about the same rows.

Rows are counted. Metadata is shown: a row of a relation of metadata is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor
from typing import Any, TypeAlias

import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.check import Measure
from auditkit.dataset import SourceError
from auditkit.examine.examination import Examination
from auditkit.examine.metadata import rows_of
from auditkit.examine.question import Question
from auditkit.outcome import Cause, Confidence, Missing, Outcome, Severity, wilson
from auditkit.phrase import phrase
from auditkit.running.progress import Progress, step

_SEVERITIES = tuple(Severity)
_COUNTS = ("rows", "of", "subjects")


class TextOfCellsError(TypeError):
    """A check asked for a detail that is the content of a cell, and not a number."""


Answered: TypeAlias = tuple[Question, tuple[Outcome, ...]]
"""A question, after the closer look where it was worth one, and its outcomes."""


def answered(run: Examination, questions: Sequence[Question], report: Progress) -> Iterator[Answered]:
    """Yield every question with its outcomes; those about the same rows are counted in one statement.

    Args:
        run: the run.
        questions: the questions.
        report: where to report how many statements are done.
    """
    groups: dict[Any, list[Question]] = {}
    for question in questions:
        groups.setdefault(question.base, []).append(question)
    for done, (base, group) in enumerate(groups.items()):
        report(step("checks", group[0].locus.get("table")), done, len(groups))
        if base is None:
            yield from _of_tables(run, group)
        elif (late := run.late) is not None:
            yield from ((question, (question.not_assessed(late),)) for question in group)
        else:
            yield from _counted(run, base.to_expr(), group)
    report(step("checks"), len(groups), len(groups))


def _counted(run: Examination, base: ir.Table, group: Sequence[Question]) -> Iterator[Answered]:
    """Yield questions about the same rows, with their outcomes from one statement; else one by one."""
    measures: dict[str, ir.Scalar] = {"n": base.count()}
    for number, question in enumerate(group):
        measures |= _measures(base, question, number)
    try:
        counts = run.dataset.fetch(base.aggregate(**measures))[0]
    except SourceError as error:
        if len(group) > 1:
            for question in group:
                yield from _counted(run, base, [question])
        else:
            yield group[0], (group[0].not_assessed(run.failed(group[0].check.id, error)),)
        return
    for number, question in enumerate(group):
        if counts.get(f"rows{number}") and question.answer.closer is not None:
            yield from _closer(run, base, question)
        else:
            try:
                outcome = _outcome(run, base, question, number, counts)
            except TextOfCellsError as error:
                outcome = question.not_assessed(run.failed(question.check.id, error))
            yield question, (outcome,)


def _closer(run: Examination, base: ir.Table, question: Question) -> Iterator[Answered]:
    """Yield a question with its outcome after a closer look at what breaks the policy."""
    try:
        settled = question.settled()
    except SourceError as error:
        yield question, (question.not_assessed(run.failed(question.check.id, error)),)
    else:
        yield from _counted(run, base, [settled])


def _measures(base: ir.Table, question: Question, number: int) -> dict[str, ir.Scalar]:
    """Return what one question asks of the rows, under names with its number."""
    answer = question.answer
    measures: dict[str, ir.Scalar] = {}
    match answer.result:
        case Measure(value=value, breaks=breaks):
            measures |= {f"value{number}": value, f"breaks{number}": breaks}
        case broken:
            measures[f"rows{number}"] = base.count(where=broken)
            if question.subject in base.columns:
                measures[f"subjects{number}"] = base[question.subject].nunique(where=broken)
    for name, value in answer.detail.items():
        if isinstance(value, ir.Scalar):
            measures[f"detail{number}.{name}"] = value
    if isinstance(answer.severity, ir.Scalar):
        measures[f"severity{number}"] = answer.severity
    if answer.of is not None:
        measures[f"of{number}"] = answer.of
    if answer.unseen is not None:
        measures[f"unseen{number}"] = answer.unseen
    return measures


def _outcome(
    run: Examination, base: ir.Table, question: Question, number: int, counts: Mapping[str, Any]
) -> Outcome:
    """Return the outcome of one question from the counts of its statement."""
    answer = question.answer
    of = int(counts.get(f"of{number}", counts["n"]) or 0)
    detail = {
        name: _measured(counts[f"detail{number}.{name}"]) if isinstance(value, ir.Scalar) else _plain(value)
        for name, value in answer.detail.items()
    }
    level = counts.get(f"severity{number}")
    severity = _SEVERITIES[int(level)] if level is not None else None
    if isinstance(answer.result, Measure):
        if not counts[f"breaks{number}"]:
            return question.passed(of=of)
        detail |= {"value": _measured(counts[f"value{number}"]), "limit": answer.result.limit}
        return question.finding(severity=severity, of=of, detail=detail)
    rows = int(counts[f"rows{number}"] or 0)
    if not rows:
        unseen = int(counts.get(f"unseen{number}") or 0)
        if unseen:
            reason = phrase(answer.unseen_says, {"unseen": unseen})
            return question.not_assessed(Missing(Cause.UNSEEN, reason))
        return question.passed(of=of)
    subjects = counts.get(f"subjects{number}")
    return question.finding(
        severity=severity,
        rows=rows,
        of=of,
        subjects=None if subjects is None else int(subjects),
        detail=detail,
        sql=run.dataset.sql(base.filter(answer.result)),
    )


def _of_tables(run: Examination, group: Sequence[Question]) -> Iterator[Answered]:
    """Yield the questions whose results are tables with their outcomes: of metadata, or of the source."""
    of_metadata = [question for question in group if question.result_table.op().find(ops.InMemoryTable)]
    found = rows_of([question.result_table for question in of_metadata])
    rows = {id(question): some for question, some in zip(of_metadata, found, strict=True)}
    for question in group:
        outcomes = (
            _shown(run, question, rows[id(question)]) if id(question) in rows else _listed(run, question)
        )
        yield question, tuple(outcomes)


def _listed(run: Examination, question: Question) -> Iterator[Outcome]:
    """Yield the outcome of a question whose result is a table of the source: its rows are counted."""
    if (late := run.late) is not None:
        yield question.not_assessed(late)
        return
    table = question.result_table
    try:
        rows = int(run.dataset.fetch(table.aggregate(n=table.count()))[0]["n"])
    except SourceError as error:
        yield question.not_assessed(run.failed(question.check.id, error))
        return
    if not rows:
        yield question.passed()
        return
    detail = {name: _plain(value) for name, value in question.answer.detail.items()}
    yield question.finding(rows=rows, detail=detail, sql=run.dataset.sql(table))


def _shown(run: Examination, question: Question, rows: Sequence[dict[str, Any]]) -> Iterator[Outcome]:
    """Yield a finding for each row of a relation of metadata."""
    sample = run.options.sample
    try:
        total = _rows_of_table(run, question) if sample is not None else None
    except SourceError as error:
        yield question.not_assessed(run.failed(question.check.id, error))
        return
    if not rows:
        yield question.passed(interval=_interval(0, sample, total))
    for row in rows:
        yield question.finding(**_fields(question, row, sample, total))


def _fields(question: Question, row: dict[str, Any], sample: int | None, total: int | None) -> dict[str, Any]:
    """Return the fields of a finding from a row of metadata; columns that name no field are its details.

    What was counted in more rows than a sample has was counted in all of them, where they are.
    """
    column, entity = row.pop("column", None), row.pop("entity", None)
    place: dict[str, Any] = {name: row.pop(name) for name in ("table", "target") if name in row}
    if column is not None:
        place["columns"] = (column,)
    counts = {name: _plain(row.pop(name, None)) for name in _COUNTS}
    severity, confidence = row.pop("severity", None), row.pop("confidence", None)
    sensitive = row.pop("sensitive", None)
    sampled = (counts["of"] or 0) <= (sample or 0)
    shared = {n: v for n, v in question.answer.detail.items() if not isinstance(v, ir.Expr)}
    return {
        "severity": Severity(severity) if severity else None,
        "confidence": Confidence(confidence) if confidence else None,
        "sensitive": sensitive,
        "entity": entity,
        "interval": _interval(counts["rows"], counts["of"], total) if sampled else None,
        "detail": {**shared, **_details(row)},
        **place,
        **counts,
    }


def _details(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details in a row; a cell with a list of names and values holds several."""
    details: dict[str, Any] = {}
    for name, value in row.items():
        for key, one in value if isinstance(value, list) else [(name, value)]:
            if one is not None:
                details[key] = _plain(one)
    return details


def _rows_of_table(run: Examination, question: Question) -> int | None:
    """Return how many rows the table of a question has, which a sample alone cannot say."""
    name = str(question.locus.get("table"))
    if name not in run.dataset.tables:
        return None
    table = run.dataset.tables[name]
    return int(run.dataset.fetch(table.aggregate(n=table.count()))[0]["n"])


def _interval(rows: int | None, of: int | None, total: int | None) -> tuple[int, int] | None:
    """Return between how many rows of the whole table lie (95 %), or None where every row was read."""
    if rows is None or not of or total is None:
        return None
    low, high = wilson(rows, min(of, total))
    return max(rows, floor(low * total)), min(total, ceil(high * total))


def _measured(value: Any) -> Any:
    """Return what a query computed of rows, which is a number: a text would be the content of a cell.

    Raises:
        TextOfCellsError: it is a text.
    """
    if isinstance(value, str):
        raise TextOfCellsError("a detail that is computed from rows must be a number")
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return a number as a Python number, also a database's decimal, rounded so that engines agree."""
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 6)

"""What is seen of the rows that break the policy: one statement, where the rows live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Between
from auditkit.examine import Examination, Question
from auditkit.incident.incident import Seen, ranked
from auditkit.incident.moments import clock_of, day, iso, recent_from
from auditkit.incident.people import people
from auditkit.outcome import Finding
from auditkit.relations.references import Relations

_MOST = 10_000
"""So many pairs of tenants are fetched; the rest are counted."""


def names_rows(question: Question) -> bool:
    """Return whether a check says which rows an incident has: it names two tenants, or is about incidents."""
    names_tenants = question.answer.between is not None
    return isinstance(question.answer.result, ir.BooleanValue) and (names_tenants or question.check.incident)


def seen(run: Examination, question: Question, finding: Finding, as_of: date) -> Seen:
    """Return when the rows that break the policy were made, and which tenants meet in them.

    Raises:
        SourceError: the source cannot be read.
    """
    base, between = question.base.to_expr(), question.answer.between
    found = _seen(run, question, finding, as_of, base, between)
    hit = base.filter(question.answer.result)
    relations = run.facts.get("relations", {})
    known = relations if isinstance(relations, Relations) else None
    return replace(found, subjects=people(run.dataset, run.policy, known, str(finding.table), hit))


def _seen(
    run: Examination,
    question: Question,
    finding: Finding,
    as_of: date,
    base: ir.Table,
    between: Between | None,
) -> Seen:
    column = clock_of(run.policy, str(finding.table), base)
    marked = base.mutate(auditkit_hit=question.answer.result, **_marks(between, base, column, as_of))
    hit = marked.filter(marked.auditkit_hit)
    grouped = _pairs(hit, between)
    if grouped is None:
        return Seen(**_span(column, _fetch_days(run, hit, column, as_of)))
    # Where a tenant meets each of several others, a row counts in several pairs: its day counts once.
    shared = between is not None and between.shared is not None
    days = _days(grouped, None if shared else column, as_of)
    pairs = grouped.group_by("auditkit_own", "auditkit_other").aggregate(**days)
    order = (pairs.n.desc(), pairs.auditkit_own, pairs.auditkit_other)
    rows = run.dataset.fetch(pairs.order_by(*order), _MOST + 1)
    whole = len(rows) <= _MOST
    number = len(rows) if whole else int(run.dataset.fetch(pairs.aggregate(n=pairs.count()))[0]["n"])
    span = _span(column, rows if whole and not shared else _fetch_days(run, hit, column, as_of))
    counts = {(row["auditkit_own"], row["auditkit_other"]): int(row["n"]) for row in rows[:_MOST]}
    shown, _ = ranked(counts)
    return Seen(**span, pairs=shown, more_pairs=number - len(shown))


def _fetch_days(run: Examination, hit: ir.Table, column: str | None, as_of: date) -> list[dict[str, Any]]:
    """Return the days of all the rows, in one row of counts."""
    return run.dataset.fetch(hit.aggregate(**_days(hit, column, as_of))) if column is not None else []


def _marks(between: Between | None, base: ir.Table, column: str | None, as_of: date) -> dict[str, ir.Value]:
    """Return the columns that are added to a row: its day, its tenant, and the other tenant."""
    marks: dict[str, ir.Value] = {}
    if column is not None:
        marks["auditkit_day"] = day(base[column], as_of)
    if between is not None:
        marks["auditkit_own"] = between.own.cast("string")
        if between.shared is not None:
            marks["auditkit_same"] = between.shared
        else:
            marks["auditkit_other"] = (
                between.other.cast("string") if between.other is not None else ibis.null("string")
            )
    return marks


def _days(hit: ir.Table, column: str | None, as_of: date) -> dict[str, ir.IntegerScalar]:
    """Return how many rows there are and, where a column says when they were made, their days."""
    if column is None:
        return {"n": hit.count()}
    days = hit.auditkit_day
    recently = hit.count(where=days >= recent_from(as_of))
    return {
        "n": hit.count(),
        "dated": days.count(),
        "first": days.min(),
        "last": days.max(),
        "recent": recently,
    }


def _span(column: str | None, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the first and the last day of all rows, and the other counts, from those of their parts."""
    if column is None:
        return {}
    dated = [part for part in parts if part["first"] is not None]
    return {
        "clock": column,
        "first": iso(min(int(part["first"]) for part in dated)) if dated else None,
        "last": iso(max(int(part["last"]) for part in dated)) if dated else None,
        "recent": sum(int(part["recent"] or 0) for part in dated) if dated else None,
        "undated": sum(int(part["n"]) - int(part["dated"]) for part in parts),
    }


def _pairs(hit: ir.Table, between: Between | None) -> ir.Table | None:
    """Return the rows with the two tenants that meet in each; None where the check names no tenants."""
    if between is None:
        return None
    if between.shared is not None:
        holders = hit.select(auditkit_value=hit.auditkit_same, auditkit_other=hit.auditkit_own).distinct()
        joined = hit.join(holders, hit.auditkit_same == holders.auditkit_value)
        hit = joined.filter(joined.auditkit_own != joined.auditkit_other)
    return hit

"""What is seen of the rows that a check calls broken: two statements where the rows live."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Between
from auditkit.examine import Examination, Question, base_of
from auditkit.incident.moments import clock_of, day, iso, recent_from
from auditkit.incident.nouns import Seen, ranked
from auditkit.outcome import Finding

_MOST = 10_000
"""So many pairs of tenants are fetched; the rest are counted."""


def tells(question: Question) -> bool:
    """Return whether a check says which rows are of an incident: it names two tenants, or rests on Art. 33."""
    rests_on_33 = any(re.search(r"\b33\b", article) for article in question.check.articles)
    return isinstance(question.answer.result, ir.BooleanValue) and (question.answer.between is not None or rests_on_33)


def seen(run: Examination, question: Question, finding: Finding, as_of: date) -> Seen:
    """Return when the broken rows came to be, and which tenants meet in them.

    Raises:
        SourceError: the source cannot be read.
    """
    base = base_of(question).to_expr()
    column = clock_of(run.facts.given["policy"], str(finding.table), base)
    marked = base.mutate(auditkit_hit=question.answer.result, **_marks(question.answer.between, base, column, as_of))
    hit = marked.filter(marked.auditkit_hit)
    told: dict[str, Any] = {} if column is None else {"clock": column, **_days(run, hit, as_of)}
    pairs = _pairs(run, marked, hit, question.answer.between)
    if pairs is None:
        return Seen(**told)
    many = run.dataset.fetch(pairs.aggregate(n=pairs.count()))[0]["n"]
    top = pairs.order_by(pairs.n.desc(), pairs.auditkit_own, pairs.auditkit_other)
    counts = {(r["auditkit_own"], r["auditkit_other"]): int(r["n"]) for r in run.dataset.fetch(top, _MOST)}
    shown, _ = ranked(counts)
    return Seen(**told, pairs=shown, more_pairs=int(many) - len(shown))


def _marks(between: Between | None, base: ir.Table, column: str | None, as_of: date) -> dict[str, ir.Value]:
    marks: dict[str, ir.Value] = {}
    if column is not None:
        marks["auditkit_day"] = day(base[column], as_of)
    if between is not None:
        marks["auditkit_own"] = between.own.cast("string")
        if between.shared is not None:
            marks["auditkit_same"] = between.shared
        else:
            marks["auditkit_other"] = between.other.cast("string") if between.other is not None else ibis.null("string")
    return marks


def _days(run: Examination, hit: ir.Table, as_of: date) -> dict[str, Any]:
    days = hit.auditkit_day
    recently = hit.count(where=days >= recent_from(as_of))
    measures = hit.aggregate(n=hit.count(), dated=days.count(), first=days.min(), last=days.max(), recent=recently)
    counted = run.dataset.fetch(measures)[0]
    first, last = (int(counted[k]) if counted[k] is not None else None for k in ("first", "last"))
    recent = int(counted["recent"] or 0) if first is not None else None
    return {"first": iso(first), "last": iso(last), "recent": recent, "undated": int(counted["n"]) - int(counted["dated"])}


def _pairs(run: Examination, marked: ir.Table, hit: ir.Table, between: Between | None) -> ir.Table | None:
    """Return how many rows each pair of tenants meets in; None where the check names no tenants."""
    if between is None:
        return None
    if between.shared is not None:
        holders = hit.select(auditkit_value=hit.auditkit_same, auditkit_other=hit.auditkit_own).distinct()
        joined = hit.join(holders, hit.auditkit_same == holders.auditkit_value)
        hit = joined.filter(joined.auditkit_own != joined.auditkit_other)
    return hit.group_by("auditkit_own", "auditkit_other").aggregate(n=hit.count())

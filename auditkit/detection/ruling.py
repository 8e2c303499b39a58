"""A verdict from what was decided about a column, with the counts of the column."""

from __future__ import annotations

from auditkit.detection.contents import Contents
from auditkit.detection.verdict import ColumnVerdict, Verdict
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES


def ruling(
    view: View,
    entity: str | None,
    verdict: Verdict,
    confidence: float,
    *,
    matches: int = 0,
    method: str = "",
    contents: Contents | None = None,
    evidence: str = "",
    names_seen: str = "",
) -> ColumnVerdict:
    """Return the verdict on a column; the parts are those of `ColumnVerdict`."""
    state, inside = view.state, contents or Contents()
    return ColumnVerdict(
        table=view.table,
        column=view.column,
        entity=entity,
        category=ENTITIES[entity].category if entity and entity in ENTITIES else None,
        verdict=verdict,
        confidence=round(confidence, 4),
        rows=state.rows,
        nulls=state.nulls,
        distinct=state.sample.distinct,
        matches=matches,
        method=method,
        contains=dict(sorted(inside.counts.items())),
        evidence=evidence,
        inside=inside.inside,
        names_seen=names_seen,
    )

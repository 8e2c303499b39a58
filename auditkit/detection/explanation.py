"""Why a column got its verdict: the evidence in words, each part with its weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditkit.detection.judge import explained
from auditkit.detection.judgement import Judgement
from auditkit.detection.profile import Profile
from auditkit.detection.verdict import ColumnVerdict
from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

_OTHERS = 3


def explain(profile: Profile, table: str, column: str) -> str:
    """Return what speaks for and against the verdict on a column, and what else the column might hold.

    It is made of counts and words, and holds no value. Every weight is a log-odds: 0.7 doubles the odds, 2.3
    makes them ten times as great.

    Raises:
        UsageError: there is no such column.
    """
    verdict = next((v for v in profile.places if (v.table, v.column) == (table, column)), None)
    if verdict is None:
        names = [f"{v.table}.{v.column}" for v in profile.places]
        raise UsageError(f"there is no column {table}.{column}.{did_you_mean(f'{table}.{column}', names)}")
    judgements = explained(profile.states, table, column)
    lines = [*_head(verdict), *_weights(judgements)]
    if verdict.entity == "FREE_TEXT" or not judgements:
        lines += ["", verdict.evidence]
    if verdict.contains:
        inside = ", ".join(f"{entity} in {n:,}" for entity, n in verdict.contains.items())
        lines += ["", f"inside the cells: {inside}; {verdict.inside:,} cells hold any"]
    return "\n".join(lines)


def _head(verdict: ColumnVerdict) -> Iterator[str]:
    held = verdict.entity or "nothing personal"
    yield f"{verdict.table}.{verdict.column}: {held}, {verdict.verdict} ({verdict.confidence:.2f})"
    yield (
        f"{verdict.rows:,} cells, {verdict.nulls:,} empty, {verdict.distinct:,} different values,"
        f" {verdict.matches:,} match"
    )


def _weights(judgements: Sequence[Judgement]) -> Iterator[str]:
    """Yield what speaks for and against the strongest judgement, and the next ones."""
    if not judgements:
        return
    strongest, *others = judgements
    yield from ("", f"for {strongest.entity}:")
    for words, weight in strongest.parts:
        yield f"  {weight:+5.1f}  {words or 'before anything is known'}"
    yield f"  {strongest.score:+5.1f}  sum: a probability of {strongest.confidence:.2f}"
    if others:
        yield from ("", f"next: {', '.join(f'{j.entity} ({j.score:+.1f})' for j in others[:_OTHERS])}")

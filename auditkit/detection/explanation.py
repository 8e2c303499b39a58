"""Why a column got its verdict: the sum of the evidence, in words."""

from __future__ import annotations

from auditkit.detection.judge import explained
from auditkit.detection.profile import Profile
from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

_OTHERS = 3


def explain(profile: Profile, table: str, column: str) -> str:
    """Return what speaks for and against what a column was taken for, and what else it might be; counts and
    words, never a value.

    Every weight is a log-odds: 0.7 doubles the odds, 2.3 makes them ten times as great.

    Raises:
        UsageError: there is no such column.
    """
    verdict = next((v for v in profile.columns if (v.table, v.column) == (table, column)), None)
    if verdict is None:
        names = [f"{v.table}.{v.column}" for v in profile.columns]
        raise UsageError(f"there is no column {table}.{column}.{did_you_mean(f'{table}.{column}', names)}")
    lines = [
        (
            f"{table}.{column}: {verdict.entity or 'nothing personal'}, {verdict.verdict}"
            f" ({verdict.confidence:.2f})"
        ),
        (
            f"{verdict.rows:,} cells, {verdict.nulls:,} empty, {verdict.distinct:,} different values,"
            f" {verdict.matches:,} match"
        ),
    ]
    judgements = explained(profile.states, table, column)
    for judged in judgements[:1]:
        lines += ["", f"for {judged.entity}:"]
        lines += [
            f"  {weight:+5.1f}  {words or 'before anything is known'}" for words, weight in judged.parts
        ]
        lines.append(f"  {judged.score:+5.1f}  sum: a probability of {judged.confidence:.2f}")
    others = [f"{j.entity} ({j.score:+.1f})" for j in judgements[1 : 1 + _OTHERS]]
    if others:
        lines += ["", f"next: {', '.join(others)}"]
    if verdict.entity == "FREE_TEXT" or not judgements:
        lines += ["", verdict.evidence]
    if verdict.contains:
        inside = ", ".join(f"{entity} in {n:,}" for entity, n in verdict.contains.items())
        lines += ["", f"inside the cells: {inside}; {verdict.inside:,} cells hold any"]
    return "\n".join(lines)

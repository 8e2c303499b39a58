"""Which risks have another level than in the run before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from auditkit.report.case import Case
from auditkit.report.risk.assessment import Assessed, assessed
from auditkit.report.risk.scale import level_words


@dataclass(frozen=True)
class Move:
    """A risk with its residual level before and now."""

    title: str
    before: str
    now: str


def moved(case: Case, risks: Iterable[Assessed]) -> Iterator[Move]:
    """Yield the risks whose residual level differs from the run before.

    Each run is judged under its own policy; an earlier one that does not keep it, under that of today.
    """
    earlier = case.previous
    if earlier is None:
        return
    policy = earlier.declared_policy if earlier.declared else case.policy
    before = {r.risk.id: r for r in assessed(replace(case, audit=earlier, policy=policy, previous=None))}
    for risk in risks:
        old = before[risk.risk.id].residual.level
        if old != risk.residual.level:
            yield Move(risk.risk.title, level_words(old), level_words(risk.residual.level))

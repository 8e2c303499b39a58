"""What the measures of a risk do to it: only a check that passed in this run proves that a measure works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditkit.outcome import Cause, Finding, NotAssessed, Outcome
from auditkit.policy.statements import Measure
from auditkit.report.case import Case
from auditkit.report.risk.scale import Axis
from auditkit.report.say import say

_ELSEWHERE = frozenset({Cause.NOT_APPLICABLE, Cause.EXCLUDED})


class Proof(StrEnum):
    """How far a measure is proven."""

    PROVEN = "proven"
    CONTRADICTED = "contradicted"
    UNPROVEN = "unproven"
    NOT_RUN = "not_run"
    NO_CHECK = "no_check"
    PLANNED = "planned"


@dataclass(frozen=True)
class Effect:
    """A measure, how far it is proven, and the steps that it takes a risk down where it works."""

    title: str
    proof: Proof
    severity: int = 0
    likelihood: int = 0
    findings: int = 0

    def steps(self, axis: Axis) -> int:
        """Return by how many steps it lowers a risk on an axis."""
        return self.severity if axis is Axis.SEVERITY else self.likelihood

    @property
    def counts(self) -> bool:
        """Whether it lowers the residual risk."""
        return self.proof is Proof.PROVEN

    @property
    def state(self) -> str:
        """How far it is proven, in words."""
        if self.proof is Proof.CONTRADICTED:
            return say("risk.measure.contradicted", n=self.findings)
        return say(f"risk.measure.{self.proof}")


def effects(case: Case, risk: str) -> tuple[Effect, ...]:
    """Return the effects of the measures that the policy ties to a risk."""
    return tuple(effect(case, m) for m in case.declared.measures if risk in m.risks)


def effect(case: Case, measure: Measure) -> Effect:
    """Return the effect of a measure; a finding of its check, waived or not, contradicts it."""
    outcomes = case.by_check.get(measure.check or "", ())
    found = sum(isinstance(o, Finding) for o in outcomes)
    steps = measure.effect
    return Effect(
        measure.title or measure.id or "",
        _proof(measure, outcomes, found),
        steps.severity if steps else 0,
        steps.likelihood if steps else 0,
        found,
    )


def _proof(measure: Measure, outcomes: Sequence[Outcome], found: int) -> Proof:
    if measure.status != "implemented":
        return Proof.PLANNED
    if measure.check is None:
        return Proof.NO_CHECK
    if not outcomes:
        return Proof.NOT_RUN
    if found:
        return Proof.CONTRADICTED
    missed = any(isinstance(o, NotAssessed) and o.cause not in _ELSEWHERE for o in outcomes)
    judged = any(not isinstance(o, NotAssessed) for o in outcomes)
    return Proof.PROVEN if judged and not missed else Proof.UNPROVEN

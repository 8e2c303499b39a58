"""The answer in one sentence: whether the assessment is ready for a decision, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditkit.outcome import BLIND
from auditkit.report.asked import Asked, State
from auditkit.report.case import Case
from auditkit.report.risk.assessment import Assessed
from auditkit.report.say import say
from auditkit.report.since import stale

READY, NOT_READY, DECIDED, INVENTORY = "ready", "not_ready", "decided", "inventory"
_STATES = {
    State.MISSING: "answer.statements_missing",
    State.UNSIGNED: "answer.statements_unsigned",
    State.EXPIRED: "answer.statements_expired",
}


@dataclass(frozen=True)
class Answer:
    """Whether a decision can be made.

    Attributes:
        state: `ready`, `not_ready`, `decided` or `inventory`.
        text: the answer in one sentence.
        reasons: what stands in the way, each in a few words.
    """

    state: str
    text: str
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {"state": self.state, "text": self.text, "reasons": list(self.reasons)}


def answer(case: Case, risks: tuple[Assessed, ...], open_fields: tuple[Asked, ...]) -> Answer:
    """Return the answer; a machine never says more than that nothing it can see stands in the way."""
    if case.policy is None or not case.policy.name:
        reasons = tuple(_seen(case))
        found = say("answer.found", reasons=", ".join(reasons)) if reasons else ""
        return Answer(INVENTORY, f"{say('answer.inventory')} {found}".strip(), reasons)
    reasons = (*_seen(case), *_risks(risks), *_open(case, open_fields))
    listed = ", ".join(reasons)
    if case.decision.value is not None:
        text = say("answer.decided", outcome=case.decision.value, signature=case.decision.note)
        reasons = (*stale(case), *reasons)
        listed = ", ".join(reasons)
        since = say("answer.since", reasons=listed) if reasons else ""
        return Answer(DECIDED, f"{text} {since}".strip(), reasons)
    if reasons:
        return Answer(NOT_READY, say("answer.not_ready", reasons=listed), reasons)
    return Answer(READY, say("answer.ready"), ())


def _seen(case: Case) -> Iterator[str]:
    """Yield what the run saw, and what it could not see."""
    if case.audit.errors:
        yield say("answer.errors", n=len(case.audit.errors))
    if case.leaks:
        yield say("answer.incidents", n=len(case.leaks))
    if blind := sum(o.cause in BLIND for o in case.audit.not_assessed):
        yield say("answer.blind", n=blind)


def _risks(risks: tuple[Assessed, ...]) -> Iterator[str]:
    """Yield how many risks are too high, by what remains of them."""
    for level in ("very_high", "high"):
        if number := sum(r.residual.level == level for r in risks):
            yield say(f"answer.risks_{level}", n=number)
    if number := sum(not r.residual.level for r in risks):
        yield say("answer.risks_unknown", n=number)


def _open(case: Case, open_fields: tuple[Asked, ...]) -> Iterator[str]:
    """Yield how many statements a decision still needs, and how many actions are late."""
    states = [asked.state for asked in open_fields]
    for state, key in _STATES.items():
        if number := states.count(state):
            yield say(key, n=number)
    if late := case.late_actions:
        yield say("answer.actions", n=len(late))

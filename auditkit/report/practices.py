"""The annex of best practices: what the checks say on each, and what a person states on it."""

from __future__ import annotations

from auditkit.outcome import Cause, Finding, NotAssessed, Outcome
from auditkit.policy.practices import Practice, practices
from auditkit.report.case import UNKNOWN, Case, listed, words
from auditkit.report.evidence import Grid, Row
from auditkit.report.say import say
from auditkit.report.wording import area_words, practice_words

_ELSEWHERE = frozenset({Cause.NOT_APPLICABLE, Cause.EXCLUDED})


def grid(case: Case) -> Grid:
    """Return the list with what is measured and what is stated on each point."""
    head = tuple(say(f"practice.head.{key}") for key in ("area", "practice", "state", "stated"))
    return Grid(say("practice.table"), head, tuple(_row(case, practice) for practice in practices()))


def outcomes_of(case: Case, practice: Practice) -> list[Outcome]:
    """Return the outcomes of the checks that speak of a practice, without those that do not apply."""
    return [
        o
        for check, outcomes in case.by_check.items()
        if any(check == c or check.startswith(f"{c}-") for c in practice.checks)
        for o in outcomes
        if not (isinstance(o, NotAssessed) and o.cause in _ELSEWHERE)
    ]


def _row(case: Case, practice: Practice) -> Row:
    seen = outcomes_of(case, practice)
    statement = case.attestation(practice_words(practice), practice.field)
    stated = "\n".join(filter(None, (str(statement.value or ""), statement.note))) or None
    cells = (area_words(practice), practice_words(practice), _state(practice, seen), stated)
    if any(not isinstance(o, NotAssessed) for o in seen):
        return Row(cells, case.measured(", ".join(practice.checks)))
    return Row(cells, statement.provenance if statement.value is not None else UNKNOWN)


def _state(practice: Practice, seen: list[Outcome]) -> str:
    """Return what the checks say: the open findings, or that nothing was found, and what is not assessed."""
    if not practice.checks:
        return say("practice.no_check")
    found = [o for o in seen if isinstance(o, Finding) and o.waiver is None]
    blind = sum(isinstance(o, NotAssessed) for o in seen)
    if blind == len(seen):
        return say("practice.not_assessed")
    if found:
        worst = max(found, key=lambda f: f.severity.rank)
        checks = listed((words(f.check).title for f in found if f.severity == worst.severity), most=2)
        state = say(
            "practice.found", n=len(found), severity=say(f"severity.{worst.severity.value}"), checks=checks
        )
    else:
        state = say("practice.passed")
    return say("practice.rest", state=state, blind=blind) if blind else state

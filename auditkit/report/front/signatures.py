"""The table of signatures: what was approved, accepted, advised and decided, by whom and when."""

from __future__ import annotations

from auditkit.policy.signing import Expired, Signable, Signed, Unsigned
from auditkit.report.case import Case, listed, reason_words
from auditkit.report.evidence import Grid, Provenance, Row, Scalar
from auditkit.report.risk.measures import Proof, effect
from auditkit.report.say import day_words, say


def grid(case: Case) -> Grid:
    """Return the five steps of the sign-off with name, role and day."""
    head = tuple(say(f"sign.head.{key}") for key in ("what", "outcome", "name", "role", "day"))
    return Grid(say("sign.caption"), head, tuple(_rows(case)))


def _rows(case: Case) -> list[Row]:
    decision, review = case.declared.decision, case.declared.review
    _, advice = case.stated.get("dpo_advice", (0, None))
    _, followed = case.stated.get("dpo_advice_followed", (0, None))
    rows = [_measures(case)]
    accepted = (
        case.own(decision.residual_accepted_by or "")
        if case.decision.value is not None and decision
        else None
    )
    residual = (
        say("sign.residual"),
        say("sign.accepted") if accepted else say("sign.open"),
        accepted or None,
    )
    rows.append(Row((*residual, None, _day(decision)), _provenance(case, bool(accepted), "decision")))
    rows.append(_signed(case, "advice", advice, say("sign.given")))
    rows.append(_signed(case, "followed", followed, say("sign.stated")))
    rows.append(_signed(case, "decision", decision, str(case.decision.value or "")))
    due = day_words(review.next) if review is not None and review.next else None
    rows.append(
        Row(
            (say("sign.review"), due or say("sign.open"), None, None, due),
            _provenance(case, bool(due), "review"),
        )
    )
    return rows


def _measures(case: Case) -> Row:
    """Return how many of the measures a person has approved by a signature."""
    every = case.declared.measures
    signed = [found for m in every if isinstance(found := case.standing(m), Signed)]
    outcome = say("sign.measures_signed", n=len(signed), measures=len(every)) if every else say("sign.open")
    people = {(s.by, s.role): s for s in sorted(signed, key=lambda s: s.at)}  # the last of each person
    who: tuple[Scalar, ...] = (
        listed(name for name, _ in people) or None,
        listed(case.own(role) for _, role in people) or None,
        listed(day_words(s.at) for s in people.values()) or None,
    )
    contradicted = sum(effect(case, m).proof is Proof.CONTRADICTED for m in every)
    if contradicted:
        outcome = say("sign.measures_contradicted", outcome=outcome, n=contradicted)
    return Row((say("sign.measures"), outcome, *who), _provenance(case, bool(signed), "measures"))


def _signed(case: Case, key: str, block: Signable | None, outcome: str) -> Row:
    path = "decision" if key == "decision" else "attestations"
    match case.standing(block):
        case Signed(by=by, role=role, at=at):
            cells: tuple[Scalar, ...] = (say(f"sign.{key}"), outcome, by, case.own(role), day_words(at))
            return Row(cells, case.attested(path, by=f"{by}, {case.own(role)}", at=at))
        case Expired(by=by, role=role, until=until):
            ended = say("sign.expired", until=until)
            return Row((say(f"sign.{key}"), ended, by, case.own(role), None), _provenance(case, False, path))
        case Unsigned() as unsigned:
            why = say("sign.does_not_hold", reason=reason_words(unsigned))
            return Row((say(f"sign.{key}"), why, None, None, None), _provenance(case, False, path))
        case _:
            return Row(
                (say(f"sign.{key}"), say("sign.open"), None, None, None), _provenance(case, False, path)
            )


def _provenance(case: Case, known: bool, path: str) -> Provenance:
    return case.attested(path) if known else case.unknown(f"`{path}`")


def _day(block: Signable | None) -> str | None:
    return day_words(block.at) if block is not None and block.at else None

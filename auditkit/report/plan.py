"""The measures and the actions as the policy declares them, and what this run says about each."""

from __future__ import annotations

from auditkit.catalogue import catalogue as checks
from auditkit.outcome import Finding, Outcome, Passed
from auditkit.policy.statements import Action, Measure
from auditkit.report.case import Case, listed, words
from auditkit.report.evidence import Grid, Row, Scalar, Section
from auditkit.report.risk.measures import effect
from auditkit.report.risk.register import REGISTER
from auditkit.report.risk.sections import lowered
from auditkit.report.say import day_words, say
from auditkit.report.wording import article_words

MEASURES = ("title", "status", "evidence", "articles", "lowers", "signed")
ACTIONS = ("text", "owner", "due", "status", "late", "risks", "closes")
"""The columns of the tables, by the keys of their heads."""


def measures(case: Case) -> Section:
    """Return the measures, with the evidence for each."""
    rows = tuple(_measure(case, i, m) for i, m in enumerate(case.declared.measures))
    grids = (Grid(say("plan.measures"), _head("measure", MEASURES), rows),) if rows else ()
    missing = () if rows else (say("lacking.measures"),)
    title, question = say("section.14.title"), say("section.14.question")
    return Section("14", title, question, "2.3.a – 2.3.e", (), grids, missing=missing)


def _measure(case: Case, place: int, measure: Measure) -> Row:
    """Return a measure; only a check of this run, or a named document, is evidence that it works."""
    lowers = _lowers(measure) if measure.risks else None
    signature = case.signature(f"measures.{measure.id}", measure) if measure.by else None
    more = (listed(map(article_words, measure.articles)), lowers, signature)
    title, status = case.own(_named(measure.id, measure.title) or ""), _status(measure.status)
    if measure.check:
        seen = f"{words(measure.check).title}: {effect(case, measure).state}"
        evidence = "; ".join(filter(None, (seen, case.own(measure.evidence or ""))))
        return Row((title, status, evidence, *more), case.derived(measure.check))
    stated = case.own(measure.evidence or "") or say("plan.no_evidence")
    return Row((title, status, stated, *more), case.attested("measures", place))


def _lowers(measure: Measure) -> str:
    """Return which risks a measure lowers, and by how many steps."""
    if measure.effect is None:
        return _risks(measure.risks)
    steps = lowered(measure.effect.severity, measure.effect.likelihood)
    return f"{_risks(measure.risks)} ({steps})" if steps else _risks(measure.risks)


def _head(table: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(say(f"plan.{table}.{key}") for key in keys)


def _status(status: str | None) -> str:
    return say(f"plan.status.{status or 'not_stated'}")


def _risks(ids: tuple[str, ...]) -> str:
    titles = {risk.id: risk.title for risk in REGISTER}
    return listed(titles[risk] for risk in ids)


def actions(case: Case) -> Section:
    """Return what is to be done, by whom, what is late, and what this run says about the end of each."""
    rows = tuple(_action(case, place, action) for place, action in enumerate(case.declared.actions))
    grids = (Grid(say("plan.actions"), _head("action", ACTIONS), rows),) if rows else ()
    title, question = say("section.18.title"), say("section.18.question")
    missing = () if rows else (say("lacking.actions"),)
    return Section("18", title, question, "4.2.a, 4.2.c", (), grids, missing=missing)


def _action(case: Case, place: int, action: Action) -> Row:
    cells: tuple[Scalar, ...] = (
        case.own(_named(action.id, action.text) or "") or None,
        case.own(action.owner or "") or None,
        day_words(action.due) if action.due else None,
        _status(action.status),
        say("plan.late") if action in case.late_actions else None,
        _risks(action.risks) or None,
        closing(case, action),
    )
    return Row(cells, case.attested("actions", place))


def closing(case: Case, action: Action) -> str | None:
    """Return whether the audit still finds what an action is about; a person confirms that it is done."""
    if action.closes_when is None:
        return None
    about = [o for o in case.audit.outcomes if _is_about(o, action.closes_when)]
    found = sum(isinstance(o, Finding) for o in about)
    if found:
        state = "contradicted" if action.status == "done" else "found"
        text = say(f"closes.{state}", n=found)
    elif any(isinstance(o, Passed) for o in about):
        text = say("closes.gone")
    else:
        text = say("closes.unseen")
    is_check = action.closes_when in checks()
    return f"{words(action.closes_when).title if is_check else action.closes_when}: {text}"


def _is_about(outcome: Outcome, closes_when: str) -> bool:
    return outcome.check == closes_when or outcome.fingerprint.startswith(closes_when)


def _named(id: str | None, text: str | None) -> str | None:
    return ": ".join(filter(None, (id, text))) or None

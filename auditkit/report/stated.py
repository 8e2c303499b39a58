"""The sections that people fill in: what the policy and its attestations say, and what is still missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from auditkit.report import plan, since
from auditkit.report.case import Case, in_short, in_words, unstated
from auditkit.report.evidence import Grid, Row, Section, Statement
from auditkit.report.front.criteria import CRITERIA
from auditkit.report.lawfulness import sensitive_columns
from auditkit.report.risk.sections import method as risk_method
from auditkit.report.risk.sections import register, scales
from auditkit.report.say import say
from auditkit.report.wording import country_words, period_words
from auditkit.vocabulary import PRESENT


def who(case: Case) -> Section:
    """Return who answers for the processing."""
    controller = case.declared.controller
    statements = (
        case.statement(say("who.controller"), controller and controller.name, "controller", "name"),
        case.statement(say("who.contact"), controller and controller.contact, "controller", "contact"),
        case.statement(say("field.dpo"), case.declared.dpo, "dpo"),
        *_attestations(case, "joint_controllers", "team"),
    )
    return _stated("2", "0.1, 0.2, 0.5", statements)


def need(case: Case) -> Section:
    """The nine criteria of WP248 rev.01: two of them make an assessment the rule, one may be enough."""
    sure = [c for c in case.audit.columns if c.verdict in PRESENT]
    special = sensitive_columns(case)
    rows = {c.table: c.rows for c in sure}
    by = case.measured(say("known.detection"))
    volume = say(
        "need.volume",
        rows=say("count.rows", n=sum(rows.values())),
        tables=say("count.tables", n=len(rows)),
    )
    sensitive = say("need.special", n=len(special)) if special else say("need.no_special")
    measured = {"sensitive": sensitive, "large_scale": volume} if case.audit.columns else {}
    statements = (
        Statement(say(f"criterion.{name}"), measured[name], by)
        if name in measured
        else case.attestation(say(f"criterion.{name}"), f"criterion.{name}")
        for name in CRITERIA
    )
    return _stated("3", "0.5", statements)


def purposes(case: Case) -> Section:
    """Return what the data is for."""
    rows = tuple(
        Row((name, case.own(in_short(purpose.text) or "") or None), case.attested("purposes", name))
        for name, purpose in case.declared.purposes.items()
    )
    head = (say("purpose.name"), say("purpose.text"))
    grids = (Grid(say("section.6.title"), head, rows),) if rows else ()
    missing = () if rows else (say("lacking.purposes"),)
    return _stated("6", "1.1.b, 1.1.c", _attestations(case, "secondary_uses"), grids, missing)


def flow(case: Case) -> Section:
    """Return where the data comes from and goes to."""
    return _stated("7", "1.2, 1.3", _attestations(case, "data_flow", "assets"))


def rights(case: Case) -> Section:
    """Return how each right of the people is served."""
    rights = ("information", "access", "erasure", "objection", "automated_decision")
    return _stated("12", "2.3.b", _attestations(case, *(f"rights.{right}" for right in rights)))


def processors(case: Case) -> Section:
    """Return who else gets the data."""
    keys = ("name", "tasks", "contract", "country", "transfer", "subprocessors")
    head = tuple(say(f"processor.{key}") for key in keys)
    rows = tuple(
        Row(
            (
                p.name,
                case.own(p.tasks or "") or None,
                p.contract,
                country_words(p.country) if p.country else None,
                case.own(p.transfer or "") or None,
                in_words(p.subprocessors) or None,
            ),
            case.attested("processors", i),
        )
        for i, p in enumerate(case.declared.processors)
    )
    grids = (Grid(say("field.processors"), head, rows),) if rows else ()
    missing = () if rows else (say("lacking.processors"),)
    return _stated("13", "2.3.c", _attestations(case, "recipients", "transfers"), grids, missing)


def necessity(case: Case) -> Section:
    """Return why it is necessary and proportionate; only people can say."""
    return _stated("15", "3.2, 3.3", _attestations(case, "necessity", "proportionality", "alternatives"))


def method(case: Case) -> Section:
    """Return how the findings were made."""
    by = case.derived(say("known.method"))
    keys = ("evidence", "severity", "confidence", "counting")
    statements = tuple(Statement(say(f"method.{key}"), say(f"method.{key}_text"), by) for key in keys)
    accepted = case.attestation(say("field.acceptance"), "acceptance")
    title, question = say("section.16.title"), say("section.16.question")
    return Section(
        "16", title, question, "4.1.b", (*statements, *risk_method(case), accepted), scales(case),
        missing=unstated([accepted]) if accepted.value is None else (),
    )  # fmt: skip


def advice(case: Case) -> Section:
    """Return what the data protection officer and the people say."""
    given = since.advice(case)
    statements = (
        *_attestations(case, "dpo_advice"),
        *(_since(case, say("since.advice"), given.predates) if given is not None else ()),
        *_attestations(case, "subjects_views"),
    )
    return _stated("20", "5.1, 5.2", statements)


def decided(case: Case) -> Section:
    """Return the decision and the next review; no machine fills them in."""
    decision, review = case.declared.decision, case.declared.review
    keys = ("conditions", "reason", "run", "residual_accepted_by")
    labels = {key: say(f"decided.{key}") for key in keys}
    made = {key: getattr(decision, key, None) for key in labels} if case.decision.value else {}
    if made.get("run") and decision is not None and decision.run is not None:
        made["run"] = say("decided.run_of", id=decision.run.id, digest=decision.run.manifest_sha256)
    parts = [case.statement(labels[key], value, "decision", key) for key, value in made.items() if value]
    statements = [case.decision, *(replace(part, note=case.decision.note) for part in parts)]
    if case.decision.value:
        statements += _since(case, say("since.label"), tuple(since.stale(case)))
    statements.append(case.statement(say("sign.review"), review and review.next, "review", "next"))
    if review is not None and review.every:
        statements.append(case.statement(say("decided.every"), period_words(review.every), "review", "every"))
    if review is not None and review.triggers:
        triggers = [say(f"trigger.{trigger}") for trigger in review.triggers]
        statements.append(case.statement(say("decided.triggers"), triggers, "review", "triggers"))
    return _stated("21", "6", statements)


def _since(case: Case, label: str, new: tuple[str, ...]) -> list[Statement]:
    """Return what the run shows that a signature could not know."""
    text = "; ".join(new) or say("since.nothing")
    return [Statement(label, text, case.derived(say("decided.signature_run")))]


SECTIONS: tuple[Callable[[Case], Section], ...] = (
    who, need, purposes, flow, rights, processors, plan.measures, necessity, method, register, plan.actions,
    advice, decided,
)  # fmt: skip


def _stated(
    number: str,
    template: str,
    statements: Iterable[Statement],
    grids: tuple[Grid, ...] = (),
    missing: tuple[str, ...] = (),
) -> Section:
    """Return a section of statements; those that nobody has made are listed as missing."""
    every = tuple(statements)
    made = tuple(s for s in every if s.is_shown)
    title, question = say(f"section.{number}.title"), say(f"section.{number}.question")
    return Section(number, title, question, template, made, grids, missing=(*missing, *unstated(every)))


def _attestations(case: Case, *fields: str) -> tuple[Statement, ...]:
    """Return what people state on some fields of the closed list."""
    return tuple(case.attestation(say(f"field.{field}"), field) for field in fields)

"""The sections that people fill in: what the policy and its attestations say, and what is still missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from auditkit.html_tables import count
from auditkit.report import plan, since
from auditkit.report.case import Case, in_short, in_words, unstated
from auditkit.report.evidence import Grid, Row, Section, Statement
from auditkit.report.lawfulness import sensitive_columns
from auditkit.report.risk.sections import method as risk_method
from auditkit.report.risk.sections import register, scales
from auditkit.report.say import say
from auditkit.report.wording import period_words
from auditkit.vocabulary import PRESENT


def who(case: Case) -> Section:
    """Return who answers for the processing."""
    controller = case.declared.controller
    statements = (
        case.statement("Controller", controller and controller.name, "controller", "name"),
        case.statement(
            "Contact of the controller", controller and controller.contact, "controller", "contact"
        ),
        case.statement("Data protection officer", case.declared.dpo, "dpo"),
        case.attestation("Joint controllers and representative", "joint_controllers"),
        case.attestation("Who made this assessment", "team"),
    )
    return _stated("2", "Who is responsible", "Who answers for this processing?", "0.1, 0.2, 0.5", statements)


def need(case: Case) -> Section:
    """The nine criteria of WP248 rev.01: two of them make an assessment the rule, one may be enough."""
    sure = [c for c in case.audit.columns if c.verdict in PRESENT]
    special = sensitive_columns(case)
    rows = {c.table: c.rows for c in sure}
    measured = case.measured("detection")
    sensitive = (
        f"{count(len(special), 'column')} of special categories or criminal data"
        if special
        else "no such column found by these detectors"
    )
    volume = (
        f"{count(sum(rows.values()), 'row')} in {count(len(rows), 'table')} with personal data; a person says"
        " if that is large"
    )
    profiled = bool(case.audit.columns)
    statements = (
        case.attestation("1 Evaluation or scoring", "criterion.evaluation"),
        case.attestation("2 Automated decision with legal or similar effect", "criterion.automated_decision"),
        case.attestation("3 Systematic monitoring", "criterion.monitoring"),
        (
            Statement("4 Sensitive or highly personal data", sensitive, measured)
            if profiled
            else case.attestation("4 Sensitive data", "criterion.sensitive")
        ),
        (
            Statement("5 Large scale", volume, measured)
            if profiled
            else case.attestation("5 Large scale", "criterion.large_scale")
        ),
        case.attestation("6 Matching or combining datasets", "criterion.combining"),
        case.attestation("7 Vulnerable data subjects", "criterion.vulnerable"),
        case.attestation("8 Innovative use or technology", "criterion.innovative"),
        case.attestation("9 Prevents a right, a service or a contract", "criterion.prevents"),
    )
    return _stated(
        "3",
        "Need for an assessment",
        "Which of the nine criteria of WP248 rev.01 are met?",
        "0.5",
        statements,
    )


def purposes(case: Case) -> Section:
    """Return what the data is for."""
    rows = tuple(
        Row((name, in_short(purpose.text)), case.attested("purposes", name))
        for name, purpose in case.declared.purposes.items()
    )
    grids = (Grid("Purposes", ("Purpose", "In words"), rows),) if rows else ()
    statements = (case.attestation("Secondary and compatible uses", "secondary_uses"),)
    missing = () if rows else ("The policy names no purposes (`purposes`).",)
    return _stated("6", "Purposes", "What is it for?", "1.1.b, 1.1.c", statements, grids, missing)


def flow(case: Case) -> Section:
    """Return where the data comes from and goes to."""
    statements = (
        case.attestation("Life cycle and data flow", "data_flow"),
        case.attestation("Systems, people and sites", "assets"),
    )
    return _stated("7", "Data flow and assets", "Where does it come from and go to?", "1.2, 1.3", statements)


def rights(case: Case) -> Section:
    """Return how each right of the people is served."""
    fields = {
        "Information (Art. 12 to 14)": "rights.information",
        "Access and portability (Art. 15, 20)": "rights.access",
        "Rectification and erasure (Art. 16, 17, 19)": "rights.erasure",
        "Restriction and objection (Art. 18, 21)": "rights.objection",
        "Automated decisions (Art. 22)": "rights.automated_decision",
    }  # fmt: skip
    return _stated(
        "12",
        "Rights of the people",
        "How is each right served?",
        "2.3.b",
        [case.attestation(k, v) for k, v in fields.items()],
    )


def processors(case: Case) -> Section:
    """Return who else gets the data."""
    keys = ("name", "tasks", "contract", "country", "transfer", "subprocessors")
    head = tuple(say(f"processor.{key}") for key in keys)
    rows = tuple(
        Row(
            (p.name, p.tasks, p.contract, p.country, p.transfer, in_words(p.subprocessors) or None),
            case.attested("processors", i),
        )
        for i, p in enumerate(case.declared.processors)
    )
    grids = (Grid(say("field.processors"), head, rows),) if rows else ()
    gap = "The policy names no processors (`processors`). If no processor takes part, an attestation says so."
    missing = () if rows else (gap,)
    statements = (
        case.attestation("Recipients", "recipients"),
        case.attestation("Transfers to third countries (Chapter V)", "transfers"),
    )
    return _stated("13", "Processors and transfers", "Who else gets it?", "2.3.c", statements, grids, missing)


def necessity(case: Case) -> Section:
    """Return why it is necessary and proportionate; only people can say."""
    statements = (
        case.attestation("Why it is necessary", "necessity"),
        case.attestation("Why it is proportionate", "proportionality"),
        case.attestation("Alternatives considered", "alternatives"),
    )  # fmt: skip
    return _stated("15", "Necessity and proportionality", "Would less do?", "3.2, 3.3", statements)


def method(case: Case) -> Section:
    """Return how the findings were made."""
    by = case.derived("the method")
    statements = (
        Statement(
            "Evidence",
            "Each statement is measured by a check, attested by a person, derived from the two by a rule, or"
            " not assessed.",
            by,
        ),
        Statement(
            "Severity of a finding",
            "Each check has a base severity: low, medium, high or critical. It goes one step up where special"
            " categories, credentials or payment data are in reach, one step down at medium confidence, and"
            " is at most medium at low confidence.",
            by,
        ),
        Statement(
            "Confidence",
            "High: nothing is inferred. Medium: one step is inferred. Low: an indication that a person has to"
            " judge.",
            by,
        ),
        Statement(
            "Counting",
            "Rows are counted by the engine that holds them; no value of anybody's data is part of an"
            " outcome.",
            by,
        ),
    )
    accepted = case.attestation("Level of risk that is acceptable", "acceptance")
    return Section(
        "16", "Method", "How was this found out?", "4.1.b", (*statements, *risk_method(case), accepted),
        scales(case), missing=unstated([accepted]) if accepted.value is None else (),
    )  # fmt: skip


def advice(case: Case) -> Section:
    """Return what the data protection officer and the people say."""
    given = since.advice(case)
    statements = (
        case.attestation("Advice of the data protection officer (Art. 35(2))", "dpo_advice"),
        *(_since(case, say("since.advice"), given.predates) if given is not None else ()),
        case.attestation("Views of the data subjects (Art. 35(9))", "subjects_views"),
    )
    return _stated(
        "20",
        "Advice and views",
        "What do the data protection officer and the people say?",
        "5.1, 5.2",
        statements,
    )


def decided(case: Case) -> Section:
    """Return the decision and the next review; no machine fills them in."""
    decision, review = case.declared.decision, case.declared.review
    keys = ("conditions", "reason", "run", "residual_accepted_by")
    labels = {key: say(f"decided.{key}") for key in keys}
    made = {key: getattr(decision, key, None) for key in labels} if case.decision.value else {}
    parts = [case.statement(labels[key], value, "decision", key) for key, value in made.items() if value]
    statements = [case.decision, *(replace(part, note=case.decision.note) for part in parts)]
    if case.decision.value:
        statements += _since(case, say("since.label"), tuple(since.stale(case)))
    statements.append(case.statement("Next review", review and review.next, "review", "next"))
    if review is not None and review.every:
        statements.append(case.statement(say("decided.every"), period_words(review.every), "review", "every"))
    if review is not None and review.triggers:
        triggers = [say(f"trigger.{trigger}") for trigger in review.triggers]
        statements.append(case.statement(say("decided.triggers"), triggers, "review", "triggers"))
    return _stated("21", "Decision and review", "What was decided, by whom?", "6", statements)


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
    title: str,
    question: str,
    template: str,
    statements: Iterable[Statement],
    grids: tuple[Grid, ...] = (),
    missing: tuple[str, ...] = (),
) -> Section:
    """Return a section of statements; those that nobody has made are listed as missing."""
    every = tuple(statements)
    made = tuple(s for s in every if s.is_shown)
    return Section(number, title, question, template, made, grids, missing=(*missing, *unstated(every)))

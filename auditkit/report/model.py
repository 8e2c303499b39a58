"""The report as one frozen model: every form of it is a view of this, and `report.json` is this.

The same audit, policy and earlier audit give the same bytes, apart from the block `run`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from auditkit import outcome as outcomes_json
from auditkit.outcome import BLIND, Cause, Finding, Severity
from auditkit.record import AuditRecord, Group, next_step
from auditkit.report import (
    asked,
    blocks,
    body,
    changes,
    declared,
    incidents,
    lawfulness,
    measured,
    practices,
    register,
    stated,
    templates,
)
from auditkit.report.case import UNKNOWN, Case, Words, listed, words
from auditkit.report.causes import CAUSES, failed, reasons, scope, severity_counts
from auditkit.report.evidence import Evidence, Grid, Provenance, Section, Statement
from auditkit.report.few import masked, plain
from auditkit.report.figures import Figure, class_sizes, overdue, personal_data, severities
from auditkit.report.figures.timeline import leaks
from auditkit.report.foreign import bare, english, marking, passages
from auditkit.report.front.page import Front, front
from auditkit.report.risk import sections as risks
from auditkit.report.risk.assessment import Assessed, assessed
from auditkit.report.risk.grid import Matrix
from auditkit.report.risk.grid import matrix as named_matrix
from auditkit.report.say import catalogue, say, spoken
from auditkit.report.wording import cause_words
from auditkit.vocabulary import PRESENT

if TYPE_CHECKING:
    from auditkit.policy import Policy

SCHEMA = "auditkit/report/1"
TEMPLATE = "edpb-dpia/1.0"
"""The template whose sections each section of the report serves: European Data Protection Board, version 1.0
for consultation, 2026.
"""


@dataclass(frozen=True)
class Fault:
    """All findings of one cause, with what is said about it once."""

    group: Group
    words: Words

    @property
    def check(self) -> str:
        """The id of its check."""
        return self.group.checks[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the worst first."""
        return self.group.findings

    @property
    def worst(self) -> Severity:
        """The highest severity among them."""
        return self.group.severity or Severity.LOW

    @property
    def anchor(self) -> str:
        """Its name in a link: that of its first finding."""
        return self.findings[0].fingerprint


@dataclass(frozen=True)
class ReportModel:
    """A report: what is decided, what was found, how each sentence is known, and what is missing."""

    name: str
    source: str
    as_of: str
    status: str
    headline: str
    decision: Statement
    tiles: tuple[Statement, ...]
    incidents: tuple[Statement, ...]
    leaks: frozenset[str]
    """The fingerprints of the findings that are incidents to assess."""
    errors: tuple[Statement, ...]
    """Checks that ended with an error, and tables that the policy names and the source does not have."""
    blind: tuple[Statement, ...]
    """What was not assessed, by cause; without what does not apply."""
    changes: tuple[Statement, ...]
    sections: tuple[Section, ...]
    language: str
    """The code of the language it is made in."""
    view: str
    """In whose order and words the body is: `report`, or an authority."""
    front: Front
    chapters: tuple[body.Chapter, ...]
    """The body of the report, in the order of the view."""
    answers: Mapping[str, asked.Asked]
    """Every question of the closed list, with what became of it."""
    risks: tuple[Assessed, ...]
    matrix: Matrix
    templates: tuple[Grid, ...]
    """How each field of each authority's template is answered."""
    meetings: Grid
    """The tenants that meet in the incidents."""
    register: Grid
    declared: tuple[Statement, ...]
    """Everything that the policy declares."""
    inventory: tuple[Grid, ...]
    """The periods, the columns with personal data, and the names inside free text."""
    faults: tuple[Fault, ...]
    unassessed: Grid
    practices: Grid
    figures: Mapping[str, Figure]
    audit: AuditRecord
    policy: Mapping[str, Any] = field(default_factory=dict)

    @property
    def run(self) -> Mapping[str, Any]:
        """What may differ between two runs on the same input: its id, times, versions."""
        return self.audit.run

    @property
    def top(self) -> tuple[Fault, ...]:
        """The five causes to look at first, the worst first."""
        return tuple(fault for fault in self.faults if not fault.group.waived)[:5]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON types (schema `auditkit/report/1`)."""
        summary = {
            "headline": self.headline,
            "decision": self.decision.to_dict(),
            "counts": [s.to_dict() for s in self.tiles],
            "incidents": [s.to_dict() for s in self.incidents],
            "errors": [s.to_dict() for s in self.errors],
            "first": [fault.anchor for fault in self.top],
            "not_assessed": [s.to_dict() for s in self.blind],
            "changes": [s.to_dict() for s in self.changes],
        }
        return {
            "schema": SCHEMA,
            "template": TEMPLATE,
            "run": dict(self.run),
            "name": self.name,
            "source": self.source,
            "as_of": self.as_of,
            "policy": dict(self.policy),
            "status": self.status,
            "language": self.language,
            "view": self.view,
            "answer": self.front.answer.to_dict(),
            "first_page": self.front.to_dict(),
            "summary": summary,
            "risks": [risk.to_dict() for risk in self.risks],
            "asked": [answer.to_dict() for answer in self.answers.values()],
            "templates": [grid.to_dict() for grid in self.templates],
            "register": self.register.to_dict(),
            "declared": [s.to_dict() for s in self.declared],
            "chapters": [chapter.to_dict() for chapter in self.chapters],
            "inventory": [grid.to_dict() for grid in self.inventory],
            "sections": [s.to_dict() for s in self.sections],
            "findings": [_fault_to_dict(fault, self) for fault in self.faults],
            "not_assessed": self.unassessed.to_dict(),
            "practices": self.practices.to_dict(),
            "figures": {name: figure.to_dict() for name, figure in self.figures.items()},
        }

    def to_json(self) -> str:
        """Return the text of `report.json`."""
        data = self.to_dict()
        data["foreign"] = passages(data)
        text = json.dumps(plain(data), indent=1, ensure_ascii=False, allow_nan=False)
        return bare(text) + "\n"


def of(
    audit: AuditRecord,
    *,
    policy: Policy | None = None,
    previous: AuditRecord | None = None,
    view: str | None = None,
    runs: Mapping[str, AuditRecord] | None = None,
    signatures: Mapping[str, str] | None = None,
) -> ReportModel:
    """Return the report of an audit.

    Args:
        audit: what the checks found.
        policy: what people have said; without it their sections are not assessed.
        previous: the audit to compare with.
        runs: the runs that a decision or an advice was signed on, by their ids.
        signatures: what became of the SSH signatures of statements, by their fields.
        view: whose order and words the body follows: `edpb`, `ico` or `cnil`; the report's own by default.
    """
    smallest = (policy or audit.declared_policy).smallest_count
    audit, previous = masked(audit, smallest), previous and masked(previous, smallest)
    signed_on = {name: masked(run, smallest) for name, run in (runs or {}).items()}
    with marking():
        return _model(Case(audit, policy, previous, signed_on, signatures or {}), view or body.REPORT)


def _model(case: Case, order: str) -> ReportModel:
    audit = case.audit
    answers, positions = asked.asked(case), assessed(case)
    make = cache(partial(blocks.block, case))
    sections = (
        measured.scope(case), measured.inventory(case), lawfulness.lawfulness(case),
        measured.minimisation(case), measured.retention(case), measured.separation(case),
        changes.section(case), *(make(case) for make in stated.SECTIONS),
    )  # fmt: skip
    drawn = (
        personal_data(audit),
        risks.matrix(case),
        overdue(audit),
        *class_sizes(audit),
        leaks(audit),
        severities(audit),
    )
    chapter = {s.number: s for s in sections}
    return ReportModel(
        name=case.name, source=audit.source, as_of=case.as_of, status=_status(case),
        headline=_headline(audit), errors=_errors(case), decision=case.decision,
        tiles=_tiles(case), incidents=incidents.statements(case)[:1],
        leaks=frozenset(f.fingerprint for f in case.leaks), blind=_blind(case),
        changes=chapter["19"].statements[: changes.COUNTED],
        sections=tuple(sorted(sections, key=lambda s: int(s.number))), faults=_faults(audit),
        language=spoken(), view=order,
        front=front(case, positions, answers), chapters=body.chapters(order, answers, make),
        answers=answers, risks=positions, matrix=named_matrix(positions),
        templates=templates.grids(case, answers, make), meetings=incidents.pairs(case),
        register=register.grid(case),
        declared=declared.statements(case),
        inventory=(measured.periods_grid(case), measured.inventory_grid(case), *measured.names_grids(case)),
        unassessed=measured.unassessed_grid(say("unassessed.caption"), audit.not_assessed),
        practices=practices.grid(case), figures={figure.name: figure for figure in drawn if figure},
        audit=audit, policy=audit.policy,
    )  # fmt: skip


def _status(case: Case) -> str:
    """Return how far the report is: only a person's decision makes it more than a draft."""
    return say("status.is_decided" if case.decision.value else "status.is_draft")


def _headline(audit: AuditRecord) -> str:
    """Return the answer in one sentence; it never says more than was looked at."""
    counts = Counter(f.severity for f in audit.findings if f.waiver is None)
    found = severity_counts(counts)
    waived = sum(f.waiver is not None for f in audit.findings)
    blind = sum(o.cause in BLIND for o in audit.not_assessed)
    first = say("headline.found", n=sum(counts.values()), found=found) if found else say("headline.none")
    parts = [say("headline.waived", n=waived)] if waived else []
    parts.append(say("headline.unassessed", n=len(audit.not_assessed), planned=len(audit.outcomes)))
    failed = f"{say('answer.errors', n=len(audit.errors))}. " if audit.errors else ""
    tail = f" {say('headline.incomplete', n=blind)}" if blind else ""
    return f"{failed}{first}; {', '.join(parts)}.{tail}"


def _errors(case: Case) -> tuple[Statement, ...]:
    """Return what a reader must know before all else: errors, then tables that the source does not have."""
    found = [
        Statement(
            failed(len(group.outcomes)),
            say("summary.error", scope=scope(group), reasons=reasons(group), next=english(next_step(group))),
            UNKNOWN,
        )
        for group in case.audit.by_cause
        if group.is_error
    ]
    absent = (Statement(say("summary.absent"), english(text), UNKNOWN) for text in case.audit.absent)
    return (*found, *absent)


def _tiles(case: Case) -> tuple[Statement, ...]:
    audit = case.audit
    found = case.measured(say("known.audit"))
    seen, known = audit.relations
    tiles = [
        Statement(
            say("tile.findings", severity=say(f"severity.{s.value}")),
            sum(f.severity == s and f.waiver is None for f in audit.findings),
            found,
        )
        for s in reversed(Severity)
    ]
    if audit.columns:
        sure = [c for c in audit.columns if c.verdict in PRESENT and c.entity]
        tiles.append(Statement(say("inventory.columns"), len(sure), case.measured(say("known.detection"))))
    judged = [o for o in audit.outcomes if o.check == "retention-overdue" and o.verdict != "not_assessed"]
    if judged:
        late = sum(o.rows or 0 for o in judged if isinstance(o, Finding))
        tiles.append(Statement(say("tile.overdue"), late, case.measured("retention-overdue")))
    tiles.append(
        Statement(
            say("tile.waived"), sum(f.waiver is not None for f in audit.findings), case.attested("waivers")
        )
    )
    tiles.append(Statement(say("tile.tables"), say("scope.seen", seen=seen, known=known), found))
    return tuple(tiles)


def _blind(case: Case) -> tuple[Statement, ...]:
    counts = Counter(o.cause for o in case.audit.not_assessed)
    places: dict[Cause, set[str]] = {}
    for o in case.audit.not_assessed:
        places.setdefault(o.cause, set()).add(o.table or say("known.source"))
    rows = []
    for cause in CAUSES:
        if counts[cause] and cause is not Cause.NOT_APPLICABLE:
            names, fix = listed(sorted(places[cause]), most=5), catalogue().get(f"cause_fix.{cause.value}")
            text = say("summary.fix", names=names, fix=fix) if fix else say("summary.places", names=names)
            label = say("summary.cause", cause=cause_words(cause), n=counts[cause])
            label = label[:1].upper() + label[1:]
            rows.append(Statement(label, text, Provenance(Evidence.NOT_ASSESSED)))
    return tuple(rows)


def _faults(audit: AuditRecord) -> tuple[Fault, ...]:
    return tuple(Fault(group, words(group.checks[0])) for group in audit.by_cause if group.findings)


_FINDING_KEYS = frozenset(
    "fingerprint table columns entity target severity confidence rows of subjects interval detail"
    " waiver".split()
)


def _fault_to_dict(fault: Fault, report: ReportModel) -> dict[str, Any]:
    """Return a fault and its findings as JSON types, in the order of the findings' places."""
    known = Provenance(Evidence.MEASURED, fault.check, report.as_of, report.source)
    findings = []
    for finding in sorted(fault.findings, key=lambda f: f.sort_key):
        outcome = {k: v for k, v in outcomes_json.to_dict(finding).items() if k in _FINDING_KEYS}
        leak = {"incident": finding.fingerprint in report.leaks}
        findings.append({**outcome, **leak, **known.to_dict()})
    return {
        "check": fault.check,
        "title": fault.words.title,
        "remedy": fault.words.remedy,
        "articles": list(fault.words.articles),
        "findings": findings,
    }

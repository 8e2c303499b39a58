"""The first page as data: nine parts in the order in which a reader asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditkit.outcome import BLIND, Cause
from auditkit.report import incidents
from auditkit.report.asked import Asked, State, still_open
from auditkit.report.case import Case, listed
from auditkit.report.causes import CAUSES
from auditkit.report.evidence import Grid, Row, Statement
from auditkit.report.foreign import quoted
from auditkit.report.front import criteria, people, signatures
from auditkit.report.front.answer import Answer, answer
from auditkit.report.risk import moves
from auditkit.report.risk.assessment import POSITIONS, Assessed, top
from auditkit.report.risk.sections import owner, short_position
from auditkit.report.say import day_words, say
from auditkit.report.wording import cause_words

MOST_INCIDENTS = 3
MOST_NAMES = 5


@dataclass(frozen=True)
class Front:
    """The first page.

    Attributes:
        status: how far the assessment is.
        identity: what is processed, by whom, as of when.
        answer: whether a decision can be made.
        all_incidents: the possible incidents, the worst first.
        people: whose data it is.
        risks: the five gravest risks.
        required: how many criteria are met.
        criteria: the nine criteria, each with its answer.
        changed: what changed since the last run, expired, or is late.
        needs: what needs a word, and what could not be seen.
        signatures: who approved, accepted, advised and decided.
    """

    status: str
    identity: tuple[Statement, ...]
    answer: Answer
    all_incidents: Grid
    people: tuple[Statement, ...]
    risks: Grid
    required: Statement
    criteria: tuple[criteria.Criterion, ...]
    changed: tuple[str, ...]
    needs: tuple[str, ...]
    signatures: Grid

    @property
    def incidents(self) -> Grid:
        """The incidents that the page shows, without a last column that says the same of all of them."""
        table = self.all_incidents
        until = len(table.head) - bool(self.awareness)
        rows = (replace(row, cells=row.cells[:until]) for row in table.rows[:MOST_INCIDENTS])
        return Grid(table.caption, table.head[:until], tuple(rows), table.empty)

    @property
    def awareness(self) -> tuple[str, str] | None:
        """Since when the controller is aware of the incidents, under its heading; None where they differ."""
        sentences = {str(row.cells[-1]) for row in self.all_incidents.rows}
        return (self.all_incidents.head[-1], sentences.pop()) if len(sentences) == 1 else None

    @property
    def more_incidents(self) -> int:
        """How many incidents the page does not show."""
        return max(0, len(self.all_incidents.rows) - MOST_INCIDENTS)

    @property
    def people_grid(self) -> Grid:
        """Whose data it is, as a table."""
        rows = tuple(Row((s.label, s.value), s.provenance) for s in self.people)
        return Grid(say("front.title.whose"), (say("front.head.what"), say("front.head.is")), rows)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "status": self.status,
            "identity": [s.to_dict() for s in self.identity],
            "answer": self.answer.to_dict(),
            "incidents": self.all_incidents.to_dict(),
            "people": self.people_grid.to_dict(),
            "risks": self.risks.to_dict(),
            "criteria": criteria.table(self.criteria).to_dict(),
            "required": self.required.to_dict(),
            "changed": list(self.changed),
            "needs": list(self.needs),
            "signatures": self.signatures.to_dict(),
        }


def front(case: Case, risks: tuple[Assessed, ...], answers: Mapping[str, Asked]) -> Front:
    """Return the first page."""
    open_fields = still_open(answers)
    found = answer(case, risks, open_fields)
    return Front(
        status=_status(case, found, open_fields),
        identity=_identity(case),
        answer=found,
        all_incidents=incidents.overview(case),
        people=people.statements(case),
        risks=_top(case, risks),
        required=criteria.conclusion(case),
        criteria=criteria.criteria(case),
        changed=tuple(_changed(case, risks, answers)),
        needs=tuple(_needs(case, open_fields)),
        signatures=signatures.grid(case),
    )


def _status(case: Case, found: Answer, open_fields: tuple[Asked, ...]) -> str:
    decision = case.declared.decision
    if found.state == "inventory":
        return say("status.inventory")
    if case.decision.value is not None and decision is not None and decision.at is not None:
        return say("status.decided", at=decision.at, by=decision.by)
    return say("status.draft" if open_fields else "status.for_review")


def _identity(case: Case) -> tuple[Statement, ...]:
    controller, processing = case.declared.controller, case.declared.processing
    return (
        Statement(say("front.processing"), case.name or case.audit.source, case.attested("name")),
        case.statement(say("front.version"), processing and processing.version, "processing", "version"),
        case.statement(say("front.controller"), controller, "controller"),
        case.statement(say("front.dpo"), case.declared.dpo, "dpo"),
        Statement(say("front.as_of"), day_words(case.audit.as_of), case.measured(say("known.audit"))),
    )


def _top(case: Case, risks: tuple[Assessed, ...]) -> Grid:
    head = tuple(say(f"front.head.{key}") for key in ("risk", "who", *POSITIONS, "owner"))
    rows = []
    for r in top(risks):
        story = say(
            "front.risk.story",
            source=_first(r, "sources"),
            threat=_first(r, "threats"),
            data=say(f"risk.kind.{r.exposure.kind}") if r.exposure.kind else say("risk.kind.none"),
            impact=_first(r, "impacts"),
        )
        cells = (
            r.risk.title,
            story,
            *(short_position(r.valid[name]) for name in POSITIONS),
            owner(r) or say("front.risk.no_owner"),
        )
        rows.append(Row(cells, case.derived(say("known.method"))))
    return Grid(say("front.title.risks"), head, tuple(rows))


def _first(risk: Assessed, name: str) -> str:
    """Return the first sentence of one part of a risk; chapter 8 has the whole."""
    stated = risk.opinion.parts.get(name)
    if not stated:
        return risk.parts(name)[0]
    return quoted(stated[0].partition(". ")[0].removesuffix("."), risk.opinion.language)


def _changed(case: Case, risks: tuple[Assessed, ...], answers: Mapping[str, Asked]) -> Iterator[str]:
    """Yield what changed since the last run, what expired, and which actions are late."""
    if case.previous is None:
        yield say("front.no_previous")
    else:
        change = case.audit.diff(case.previous)
        yield say(
            "front.change.findings", new=len(change.new), changed=len(change.updated),
            same=len(change.unchanged), gone=len(change.resolved),
        )  # fmt: skip
        moved = [
            say("front.change.move", title=m.title, before=m.before, now=m.now)
            for m in moves.moved(case, risks)
        ]
        yield (
            say("front.change.risks_moved", moves="; ".join(moved))
            if moved
            else say("front.change.risks_same")
        )
    expired = [a.statement.label for a in answers.values() if a.state is State.EXPIRED]
    if expired:
        yield say("front.change.expired", names=listed(expired, MOST_NAMES))
    late = [
        say(
            "front.change.late_action",
            text=case.own(a.text or "") or a.id or "",
            owner=case.own(a.owner or "") or say("front.change.nobody"),
            due=a.due,
        )
        for a in case.late_actions
    ]
    if late:
        yield say("front.change.late", actions="; ".join(late))


def _needs(case: Case, open_fields: tuple[Asked, ...]) -> Iterator[str]:
    """Yield which statements are open, how many checks need a declaration, and what could not be seen."""
    if open_fields:
        names = listed((a.statement.label for a in open_fields), MOST_NAMES)
        yield say("front.needs.statements", n=len(open_fields), names=names)
    else:
        yield say("front.needs.statements.none")
    counts = Counter(o.cause for o in case.audit.not_assessed)
    if counts[Cause.UNDECLARED]:
        yield say("front.needs.word", n=counts[Cause.UNDECLARED])
    unseen = sum(counts[cause] for cause in BLIND)
    if unseen:
        causes = ", ".join(
            say("summary.cause", cause=cause_words(c), n=counts[c])
            for c in CAUSES
            if c in BLIND and counts[c]
        )
        yield say("front.needs.unseen", n=unseen, causes=causes)
    else:
        yield say("front.needs.unseen.none")
    seen, known = case.audit.relations
    left_out = sorted({o.table for o in case.audit.not_assessed if o.cause is Cause.EXCLUDED and o.table})
    tables = say("front.needs.tables", seen=seen, known=known)
    yield (
        say("front.needs.left_out", tables=tables, names=listed(left_out, MOST_NAMES)) if left_out else tables
    )

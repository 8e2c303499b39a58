"""The nine criteria of WP248 rev.01: yes, no or not assessed, why, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditkit.outcome import Finding
from auditkit.report.case import Case, listed
from auditkit.report.evidence import Grid, Provenance, Row, Statement
from auditkit.report.front.people import children, groups
from auditkit.report.lawfulness import kind_words, origin_words, sensitive_columns
from auditkit.report.say import say
from auditkit.vocabulary import PRESENT

CRITERIA = (
    "evaluation", "automated_decision", "monitoring", "sensitive", "large_scale", "combining", "vulnerable",
    "innovative", "prevents",
)  # fmt: skip
"""The criteria in their order; transfers outside the EU left the list in October 2017."""
JOINED = "reidentification-linkable-pseudonym"


@dataclass(frozen=True)
class Criterion:
    """A criterion with its answer.

    Attributes:
        id: its name in `criterion.<id>`.
        met: the answer; None where it is not assessed.
        reason: why.
        measured: what the run measured on it, whether or not a person answered; empty where nothing was.
        provenance: how the answer is known.
        signature: who answered, and until when that holds; None where a person did not.
    """

    id: str
    met: bool | None
    reason: str
    measured: str
    provenance: Provenance
    signature: str | None

    @property
    def title(self) -> str:
        """Its name, with its number."""
        return say(f"criterion.{self.id}")

    @property
    def answer(self) -> str:
        """The answer in a word."""
        return say({True: "answer.yes", False: "answer.no", None: "scale.not_assessed"}[self.met])


def criteria(case: Case) -> tuple[Criterion, ...]:
    """Return the nine criteria: a signed answer counts; without one, only a measured yes."""
    return tuple(_criterion(case, name) for name in CRITERIA)


def _criterion(case: Case, name: str) -> Criterion:
    yes, measured, by = _measured(case, name)
    statement = case.attestation(say(f"criterion.{name}"), f"criterion.{name}")
    _, stated = case.stated.get(f"criterion.{name}", (0, None))
    if statement.value is not None and stated is not None:
        # A person may say no although data of that kind is there; the page then shows both.
        return Criterion(
            name, stated.answer, case.own(stated.text or ""), measured, statement.provenance, statement.note
        )
    if yes:
        return Criterion(name, True, measured, "", case.measured(by), None)
    return Criterion(name, None, statement.note or "", measured, statement.provenance, None)


def _measured(case: Case, name: str) -> tuple[bool, str, str]:
    """Return whether the run shows that a criterion is met, what it measured, and by what."""
    if name == "sensitive" and (found := sensitive_columns(case)):
        places = listed((f"{p.name} ({kind_words(p)}, {origin_words(p)})" for p in found), most=4)
        return True, say("criterion.measured.sensitive", n=len(found), places=places), "detection"
    if name == "vulnerable":
        if found_children := children(case):
            rows = sum(f.rows or 0 for f in found_children)
            where = listed(str(f.table) for f in found_children)
            return True, say("criterion.measured.children", n=rows, where=where), "pii-child"
        if expected := [g.kind for g in groups(case) if g.children]:
            return True, say("criterion.measured.children_declared", kinds=listed(expected)), "the policy"
    if name == "large_scale" and case.audit.columns:
        sizes = {c.table: c.rows for c in case.audit.columns if c.verdict in PRESENT}
        tables = say("count.tables", n=len(sizes))
        return False, say("criterion.measured.large_scale", n=sum(sizes.values()), tables=tables), "detection"
    if name == "combining":
        joined = [o for o in case.by_check.get(JOINED, ()) if isinstance(o, Finding)]
        if joined:
            return False, say("criterion.measured.combining", n=len(joined)), JOINED
    return False, "", ""


def conclusion(case: Case) -> Statement:
    """Return whether an assessment is required, from the number of criteria that are met."""
    every = criteria(case)
    met = sum(c.met is True for c in every)
    unknown = sum(c.met is None for c in every)
    label = say("criterion.label")
    if met >= 2:
        key = "required"
    elif met == 1:
        key = "may"
    elif unknown:
        key = "unknown"
    else:
        key = "not_required"
    text = say(f"criterion.conclusion.{key}", met=met, unknown=unknown, criteria=len(every))
    return Statement(label, text, case.derived(say("criterion.by")))


def grid(case: Case) -> Grid:
    """Return the criteria of a case as a table: the answer, why, and by whom."""
    return table(criteria(case))


def table(found: Iterable[Criterion]) -> Grid:
    """Return criteria as a table."""
    head = tuple(say(f"criterion.head.{key}") for key in ("criterion", "answer", "why", "by"))
    rows = []
    for c in found:
        why = say("criterion.both", reason=c.reason, measured=c.measured) if c.reason and c.measured else None
        by = c.signature or (say("criterion.run") if c.met else say("criterion.nobody"))
        rows.append(Row((c.title, c.answer, why or c.reason or c.measured or None, by), c.provenance))
    return Grid(say("criterion.table"), head, tuple(rows))

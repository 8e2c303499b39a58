"""What changed since an earlier run: as a section of the report, as text, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditkit.html_tables import count
from auditkit.outcome import Cause, Finding, NotAssessed
from auditkit.record import AuditRecord
from auditkit.record.difference import Difference
from auditkit.record.groups import Group, groups
from auditkit.report import restated
from auditkit.report.case import Case, words
from auditkit.report.causes import CAUSES, reasons, scope
from auditkit.report.evidence import Grid, Provenance, Row, Scalar, Section, Statement
from auditkit.report.risk.assessment import assessed
from auditkit.report.risk.moves import moved
from auditkit.report.say import say
from auditkit.report.text import amount, printable, table, where

SCHEMA = "auditkit/diff/1"
MOST_PLACES = 5
"""So many places of one cause are listed in the text; of more, their number is."""

COUNTED = 6
"""How many of the section's statements are its summary: with what it compares, and the counts."""


def section(case: Case) -> Section:
    """Return section 19 of the report: findings, what is not assessed, coverage, the policy, and what people
    attested.
    """
    number, title, question = "19", "Changes since the last run", "What is new?"
    if case.previous is None:
        missing = "No earlier run of this policy was there to compare with, and none was given (`previous`)."
        return Section(number, title, question, "0.5", missing=(missing,))
    before, now = case.previous, case.audit
    change, by = now.diff(before), case.derived("the difference of two runs")
    counts = {
        "New findings": change.new, "Changed": change.updated, "As before": change.unchanged,
        "No longer found": change.resolved, "Not looked for this time": change.unseen,
    }  # fmt: skip
    statements = [Statement("Compared with the run for", before.as_of.isoformat(), by)]
    statements += [Statement(label, len(found), by) for label, found in counts.items()]
    statements += [Statement(label, text, by) for label, text in _conditions(before, now)]
    grids = (
        Grid(
            "What changed",
            ("State", "Finding", "Table", "Rows now", "Rows before", "Severity"),
            tuple(_changed(change, by)),
        ),
        Grid("Not assessed any more", ("Check", "Table", "Cause", "Reason"), _rows(change.unassessed, by)),
        Grid(
            "Assessed again", ("Check", "Table", "Cause before", "Reason before"), _rows(change.assessed, by)
        ),
        Grid(
            "Statements of people",
            ("What changed", "Field", "By", "Stated on", "Until"),
            tuple(_attested(case, before)),
        ),
    )
    return Section(number, title, question, "0.5", tuple(statements), tuple(g for g in grids if g.rows))


def risks_moved(case: Case) -> tuple[Statement, ...]:
    """Return which risks have another residual level than in the run before."""
    return tuple(
        Statement(m.title, say("change.level", before=m.before, now=m.now), case.derived("the method"))
        for m in moved(case, assessed(case))
    )


def _conditions(before: AuditRecord, now: AuditRecord) -> Iterator[tuple[str, str]]:
    """Yield under which conditions the two were made, where these differ or a reader must know that they do
    not.
    """
    digests = before.policy.get("digest"), now.policy.get("digest")
    if any(digests):
        yield "Policy", "the same text" if digests[0] == digests[1] else "its text has changed"
    if before.source != now.source:
        yield (
            "Source",
            f"{before.source} before, {now.source} now: the numbers of rows are not of the same data",
        )
    if before.sample != now.sample:
        shown = [f"{s:,} rows a table" if s else "every row" for s in (before.sample, now.sample)]
        yield "Rows looked at", f"{shown[0]} before, {shown[1]} now"
    versions = [a.run.get("versions", {}).get("privacy-auditkit") for a in (before, now)]
    if versions[0] != versions[1] and all(versions):
        yield (
            "Version of auditkit",
            f"{versions[0]} before, {versions[1]} now: a new finding may be of a new check",
        )
    for name, then, today in _coverage(before, now):
        if then != today:
            yield f"Coverage: {name.replace('_', ' ')}", f"{then} before, {today} now"


def _coverage(before: AuditRecord, now: AuditRecord) -> list[tuple[str, Any, Any]]:
    return [
        (name, before.coverage[name], now.coverage[name])
        for name in ("planned", "passed", "not_assessed", "relations")
    ]


def _changed(change: Difference, by: Provenance) -> Iterator[Row]:
    """Yield a line for each finding that is not as it was."""
    pairs: list[tuple[str, Finding, Finding | None]] = [(_appeared(f, change), f, None) for f in change.new]
    pairs += [(how(old, new), new, old) for old, new in change.updated]
    for state, f, old in pairs:
        cells = (state, words(f.check).title, f.table, f.rows, old.rows if old else None, str(f.severity))
        yield Row(cells, by, anchor=f.fingerprint)
    gone = [("no longer found", f) for f in change.resolved] + [
        ("not looked for this time", f) for f in change.unseen
    ]
    for state, f in gone:
        yield Row((state, words(f.check).title, f.table, None, f.rows, str(f.severity)), by)


def _appeared(new: Finding, change: Difference) -> str:
    return "new, not looked for before" if new in change.unknown_before else "new"


def how(old: Finding, new: Finding) -> str:
    """Return in words how a finding changed."""
    changes = []
    if (new.waiver is None) != (old.waiver is None):
        changes.append("waived no longer" if new.waiver is None else "waived now")
    if new.severity != old.severity:
        changes.append("more severe" if new.severity > old.severity else "less severe")
    if new.rows != old.rows:
        changes.append("more rows" if (new.rows or 0) > (old.rows or 0) else "fewer rows")
    if new.confidence != old.confidence:
        changes.append("more certain" if new.confidence > old.confidence else "less certain")
    return ", ".join(changes) or "changed"


def _rows(outcomes: tuple[NotAssessed, ...], by: Provenance) -> tuple[Row, ...]:
    return tuple(
        Row((words(o.check).title, o.table or "the whole source", o.cause.value, o.reason), by)
        for o in outcomes
    )


def _attested(case: Case, before: AuditRecord) -> Iterator[Row]:
    """Yield what people stated, edited, withdrew or let expire since the earlier run."""
    then, now = before.as_of, case.audit.as_of
    for change in restated.changes(before.declared_policy, case.declared, then, now):
        block, path = change.block, _place(case, change.subject)
        days = (day.isoformat() if day else None for day in (block.at, block.until))
        cells: tuple[Scalar, ...] = (change.what, change.subject, block.by, *days)
        yield Row(cells, case.attested(*path, by=block.by, at=block.at))


def _place(case: Case, subject: str) -> tuple[str | int, ...]:
    """Return the keys of the policy that lead to a statement, or to its block."""
    if subject in case.stated:
        return ("attestations", case.stated[subject][0])
    return ("decision",) if subject == "decision" else ("measures",)


def text(before: AuditRecord, now: AuditRecord) -> str:
    """Return what changed from one audit to another as plain text."""
    change = now.diff(before)
    ended = [_unseen("Not assessed any more", group) for group in groups(change.unassessed) if group.is_error]
    lines = [*ended, *(f"{label}: {text}" for label, text in _conditions(before, now))]
    states: list[State] = [
        *((_appeared(f, change), f, None) for f in change.new),
        *((how(old, new), new, old) for old, new in change.updated),
        *(("no longer found", f, None) for f in change.resolved),
        *(("not looked for this time", f, None) for f in change.unseen),
    ]
    shown = [line for same in _alike(states) for line in _lines(same)]
    lines += [table(shown)] if shown else ["No finding has changed."]
    for label, outcomes in (
        ("Not assessed any more", [o for o in change.unassessed if o.cause is not Cause.ERROR]),
        ("Assessed again", change.assessed),
    ):
        lines += [_unseen(label, group) for group in groups(outcomes)]
    return "\n".join(lines)


def _unseen(label: str, group: Group) -> str:
    """Return a line on what was not assessed for one reason."""
    cause = CAUSES[group.not_assessed[0].cause][0]
    return f"{label}: {printable(scope(group))} ({cause}): {printable(reasons(group))}"


State = tuple[str, Finding, Finding | None]


def _alike(states: Iterable[State]) -> Iterator[list[State]]:
    """Yield the findings that changed in the same way and have one cause, the worst first."""
    found = list(states)
    for how_it_changed in dict.fromkeys(state for state, _, _ in found):
        same = {f.fingerprint: (state, f, old) for state, f, old in found if state == how_it_changed}
        for group in groups(f for _, f, _ in same.values()):
            yield [same[f.fingerprint] for f in group.findings]


def _lines(same: list[State]) -> Iterator[tuple[str, ...]]:
    """Yield the first findings of one cause that changed alike, and how many others there are."""
    yield from (_line(*state) for state in same[:MOST_PLACES])
    if rest := same[MOST_PLACES:]:
        state, finding, _ = rest[0]
        others = count(len(rest), "other place")
        yield (
            finding.severity.upper(),
            finding.check,
            f"and {others}",
            state,
            "`--format json` lists them",
            "",
        )


def _line(state: str, finding: Finding, old: Finding | None) -> tuple[str, ...]:
    """Return the cells of one finding that is not as it was."""
    changed = old is not None and old.rows is not None and old.rows != finding.rows
    before = f" (before: {old.rows:,})" if old is not None and changed else ""
    place = where(finding.table, finding.columns, finding.target)
    return (
        finding.severity.upper(),
        finding.check,
        place,
        state,
        f"{amount(finding)}{before}",
        finding.fingerprint[:8],
    )


def summary(before: AuditRecord, now: AuditRecord) -> str:
    """Return the counts of a difference in one line."""
    change = now.diff(before)
    return (
        f"{len(change.new)} new, {len(change.grown)} grown, {len(change.updated) - len(change.grown)}"
        f" otherwise changed, {len(change.unchanged)} as before, {len(change.resolved)} no longer found,"
        f" {len(change.unseen)} not looked for this time"
    )


def to_dict(before: AuditRecord, now: AuditRecord) -> dict[str, Any]:
    """Return what changed as JSON types (schema `auditkit/diff/1`), every finding with the keys of
    `audit.json`.
    """
    change = now.diff(before)
    then, today = (_by_fingerprint(audit) for audit in (before, now))
    grown = {f.fingerprint for f in change.grown}
    return {
        "schema": SCHEMA,
        "before": _named(before),
        "now": _named(now),
        "new": [today[f.fingerprint] for f in change.new],
        "updated": [
            {
                "how": how(old, new),
                "grown": new.fingerprint in grown,
                "before": then[old.fingerprint],
                "now": today[new.fingerprint],
            }
            for old, new in change.updated
        ],
        "unchanged": [f.fingerprint for f in change.unchanged],
        "absent": [{**then[f.fingerprint], "looked_for": f not in change.unseen} for f in change.absent],
        "not_assessed_any_more": [today[o.fingerprint] for o in change.unassessed],
        "assessed_again": [then[o.fingerprint] for o in change.assessed],
        "coverage": {name: {"before": was, "now": now_is} for name, was, now_is in _coverage(before, now)},
    }


def _by_fingerprint(audit: AuditRecord) -> dict[str, Mapping[str, Any]]:
    return {o["fingerprint"]: o for o in audit.to_dict()["outcomes"]}


def _named(audit: AuditRecord) -> dict[str, Any]:
    return {
        "run": audit.run.get("id"),
        "source": audit.source,
        "as_of": audit.as_of.isoformat(),
        "policy": audit.policy.get("digest"),
    }

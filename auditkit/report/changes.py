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
from auditkit.report.causes import reasons, scope
from auditkit.report.evidence import Grid, Provenance, Row, Scalar, Section, Statement
from auditkit.report.foreign import english
from auditkit.report.risk.assessment import assessed
from auditkit.report.risk.moves import moved
from auditkit.report.say import day_words, say
from auditkit.report.text import amount, printable, table, where
from auditkit.report.wording import cause_words

SCHEMA = "auditkit/diff/1"
MOST_PLACES = 5
"""So many places of one cause are listed in the text; of more, their number is."""

COUNTED = 6
"""How many of the section's statements are its summary: with what it compares, and the counts."""


def section(case: Case) -> Section:
    """Return section 19 of the report: findings, what is not assessed, coverage, the policy, and what people
    attested.
    """
    number, title, question = "19", say("section.19.title"), say("section.19.question")
    if case.previous is None:
        return Section(number, title, question, "0.5", missing=(say("lacking.previous"),))
    before, now = case.previous, case.audit
    change, by = now.diff(before), case.derived(say("known.difference"))
    counts = {
        "new": change.new, "updated": change.updated, "same": change.unchanged, "gone": change.resolved,
        "unseen": change.unseen,
    }  # fmt: skip
    statements = [Statement(say("change.compared"), day_words(before.as_of), by)]
    statements += [Statement(say(f"change.{key}"), len(found), by) for key, found in counts.items()]
    statements += [Statement(label, text, by) for label, text in _conditions(before, now)]
    grids = (
        Grid(
            say("change.table"),
            _head("state", "finding", "table", "now", "before", "severity"),
            tuple(_changed(change, by)),
        ),
        Grid(say("change.stopped"), _head("check", "table", "cause", "reason"), _rows(change.unassessed, by)),
        Grid(
            say("change.again"),
            _head("check", "table", "cause_before", "reason_before"),
            _rows(change.assessed, by),
        ),
        Grid(
            say("change.stated"), _head("what", "field", "by", "at", "until"), tuple(_attested(case, before))
        ),
    )
    return Section(number, title, question, "0.5", tuple(statements), tuple(g for g in grids if g.rows))


def _head(*keys: str) -> tuple[str, ...]:
    return tuple(say(f"change.head.{key}") for key in keys)


def risks_moved(case: Case) -> tuple[Statement, ...]:
    """Return which risks have another residual level than in the run before."""
    return tuple(
        Statement(m.title, say("change.level", before=m.before, now=m.now), case.derived(say("known.method")))
        for m in moved(case, assessed(case))
    )


def _conditions(before: AuditRecord, now: AuditRecord) -> Iterator[tuple[str, str]]:
    """Yield under which conditions the two were made, where these differ or a reader must know that they do
    not.
    """
    digests = before.policy.get("digest"), now.policy.get("digest")
    if any(digests):
        same = "same" if digests[0] == digests[1] else "changed"
        yield say("change.policy"), say(f"change.policy_{same}")
    if before.source != now.source:
        yield say("change.source"), say("change.source_changed", before=before.source, now=now.source)
    if before.sample != now.sample:
        shown = [
            say("change.rows_a_table", n=s) if s else say("change.every_row")
            for s in (before.sample, now.sample)
        ]
        yield say("change.looked"), say("change.between", before=shown[0], now=shown[1])
    versions = [a.run.get("versions", {}).get("privacy-auditkit") for a in (before, now)]
    if versions[0] != versions[1] and all(versions):
        yield say("change.version"), say("change.version_changed", before=versions[0], now=versions[1])
    for name, then, today in _coverage(before, now):
        if then != today:
            yield say(f"change.coverage.{name}"), say("change.between", before=then, now=today)


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
        severity, before = say(f"severity.{f.severity.value}"), old.rows if old else None
        yield Row((state, words(f.check).title, f.table, f.rows, before, severity), by, anchor=f.fingerprint)
    for state, f in _gone(change):
        severity = say(f"severity.{f.severity.value}")
        yield Row((state, words(f.check).title, f.table, None, f.rows, severity), by)


def _gone(change: Difference) -> list[tuple[str, Finding]]:
    """Return the findings that are not there any more, each with why."""
    ends = {"gone": change.resolved, "unseen": change.unseen}
    return [(say(f"change.how.{key}"), f) for key, found in ends.items() for f in found]


def _appeared(new: Finding, change: Difference) -> str:
    return say("change.how.new_unlooked" if new in change.unknown_before else "change.how.new")


def how(old: Finding, new: Finding) -> str:
    """Return in words how a finding changed."""
    changes = []
    if (new.waiver is None) != (old.waiver is None):
        changes.append("unwaived" if new.waiver is None else "waived")
    if new.severity != old.severity:
        changes.append("graver" if new.severity > old.severity else "milder")
    if new.rows != old.rows:
        changes.append("more_rows" if (new.rows or 0) > (old.rows or 0) else "fewer_rows")
    if new.confidence != old.confidence:
        changes.append("surer" if new.confidence > old.confidence else "less_sure")
    return ", ".join(say(f"change.how.{key}") for key in changes or ["changed"])


def _rows(outcomes: tuple[NotAssessed, ...], by: Provenance) -> tuple[Row, ...]:
    return tuple(
        Row(
            (
                words(o.check).title,
                o.table or say("known.source"),
                cause_words(o.cause),
                english(o.reason) if o.reason else None,
            ),
            by,
        )
        for o in outcomes
    )


def _attested(case: Case, before: AuditRecord) -> Iterator[Row]:
    """Yield what people stated, edited, withdrew or let expire since the earlier run."""
    then, now = before.as_of, case.audit.as_of
    for change in restated.changes(before.declared_policy, case.declared, then, now):
        block, path = change.block, _place(case, change.subject)
        days = (day_words(day) if day else None for day in (block.at, block.until))
        cells: tuple[Scalar, ...] = (say(f"restated.{change.what}"), change.subject, block.by, *days)
        yield Row(cells, case.attested(*path, by=block.by, at=block.at))


def _place(case: Case, subject: str) -> tuple[str | int, ...]:
    """Return the keys of the policy that lead to a statement, or to its block."""
    if subject in case.stated:
        return ("attestations", case.stated[subject][0])
    return ("decision",) if subject == "decision" else ("measures",)


def text(before: AuditRecord, now: AuditRecord) -> str:
    """Return what changed from one audit to another as plain text."""
    change = now.diff(before)
    ended = [_unseen(say("change.stopped"), group) for group in groups(change.unassessed) if group.is_error]
    lines = [*ended, *(f"{label}: {text}" for label, text in _conditions(before, now))]
    states: list[State] = [
        *((_appeared(f, change), f, None) for f in change.new),
        *((how(old, new), new, old) for old, new in change.updated),
        *((state, f, None) for state, f in _gone(change)),
    ]
    shown = [line for same in _alike(states) for line in _lines(same)]
    lines += [table(shown)] if shown else ["No finding has changed."]
    for label, outcomes in (
        (say("change.stopped"), [o for o in change.unassessed if o.cause is not Cause.ERROR]),
        (say("change.again"), change.assessed),
    ):
        lines += [_unseen(label, group) for group in groups(outcomes)]
    return "\n".join(lines)


def _unseen(label: str, group: Group) -> str:
    """Return a line on what was not assessed for one reason."""
    cause = cause_words(group.not_assessed[0].cause)
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

"""An audit on a terminal: one cause is one finding, errors first, then the worst, and what to do next.

The number of lines grows with the number of causes, never with the number of tables. `everything` lists every
place, its SQL and its details, and what does not apply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from auditkit.html_tables import count
from auditkit.incident import RECENT_DAYS, Incident
from auditkit.outcome import BLIND, Confidence, Finding, Severity
from auditkit.record import AuditRecord, Group, next_step, policy_key
from auditkit.record.groups import groups
from auditkit.report import incidents
from auditkit.report.case import Case, listed
from auditkit.report.causes import CAUSES, errors, failed, mixed, places, reasons, related, scope, title
from auditkit.report.details import details, statement
from auditkit.report.say import say
from auditkit.report.text import amount, place_of, printable, where
from auditkit.report.wording import cause_words

MOST_PAIRS = 3
"""So many pairs of tenants stand on a line; an audit's JSON has more."""

MOST_PLACES = 3
MOST_INCIDENTS = 5
MOST_REASONS = 5
IN_FULL = 25
"""So many causes are shown with their places; the others, which are less bad, take one line each."""

WIDTH = 120
"""A line is no longer than this where what is left out can be read with `everything`."""

_MARGIN = " " * 10


def audit(found: AuditRecord, *, everything: bool = False) -> str:
    """Return the findings by cause, errors and the worst first, and what was not assessed by reason."""
    shown = [g for g in found.by_cause if g.findings]
    gap = [""] if everything or len(shown) <= IN_FULL else []
    lines = [line for group in found.by_cause if group.is_error for line in _error(group)]
    lines += [f"ABSENT    {printable(sentence)}" for sentence in found.absent]
    lines += [""] if lines else []
    for number, group in enumerate(shown):
        if everything or number < IN_FULL:
            lines += [*_finding(group, found, everything=everything), *gap]
        else:
            lines.append(_line(group))
    lines += [""] if lines and lines[-1] else []
    lines += _incidents(found, everything=everything)
    if found.names_model is not None and not found.names_model.ran:
        lines += [found.names_model.sentence, ""]
    lines += _not_assessed(found, everything=everything)
    return "\n".join(lines).rstrip("\n")


def summary(found: AuditRecord, conclusion: str = "") -> str:
    """Return the counts of an audit in one line: nothing that was planned is missing from them.

    Errors come first, and tables that the policy names and the source does not have. The conclusion ends it.
    """
    c = found.coverage
    waived = sum(f.waiver is not None for f in found.findings)
    unseen = Counter(o.cause for o in found.not_assessed)
    why = ", ".join(f"{unseen[cause]:,} {cause_words(cause)}" for cause in CAUSES if unseen[cause])
    causes = sum(bool(g.findings) for g in found.by_cause)
    grouped = f" from {count(causes, 'cause')}" if causes < len(found.findings) else ""
    parts = [
        errors(found),
        *map(printable, found.absent),
        f"{count(c['findings'], 'finding')}{grouped}{f' ({waived:,} waived)' if waived else ''},"
        f" worst {found.worst or 'none'}",
        f"{c['passed']:,} passed",
        f"{c['not_assessed']:,} not assessed{f' ({why})' if why else ''}",
        f"{c['relations']} relations seen",
        conclusion,
    ]
    return "; ".join(filter(None, parts))


def conclusion(found: AuditRecord, code: int, grave: int, fail_on: Severity) -> str:
    """Return an exit code with its reason, where so many findings count for it."""
    match code:
        case 1:
            return f"exit code 1: {count(grave, 'finding')} of severity {fail_on} or above"
        case 3:
            blind = sum(o.cause in BLIND for o in found.not_assessed)
            lacking = f"the source lacks {count(len(found.absent), 'table')}" if found.absent else ""
            unseen = f"{count(blind, 'check')} could not see everything" if blind else ""
            return f"exit code 3: {' and '.join(filter(None, (lacking, unseen)))}"
        case _:
            return f"exit code {code}: no finding of severity {fail_on} or above"


def _finding(group: Group, found: AuditRecord, *, everything: bool) -> Iterator[str]:
    """Yield the lines on findings of one cause: what is wrong, where, how much, and how to repair it."""
    width = None if everything else WIDTH
    first, *others = group.findings
    if not others:
        yield from _alone(first, _head(group), width)
    else:
        severities = f" ({known})" if (known := mixed(group)) else ""
        yield f"{_head(group)}: {places(group)}{severities}  [{group.check}]"
        shown = group.findings if everything else group.findings[:MOST_PLACES]
        for finding in shown:
            start = f"{_MARGIN}- {where(finding.table, finding.columns, finding.target)}"
            yield f"{_joined(start, _extent(finding), width)}  [{finding.fingerprint[:8]}]"
            if everything or finding is first:
                yield from _remarks(finding, _MARGIN + "  ")
        if rest := len(group.findings) - len(shown):
            yield f"{_MARGIN}- and {rest:,} more: `--all` lists them"
    yield from (f"{_MARGIN}{printable(sentence)}" for sentence in related(group, found.by_cause))


def _alone(finding: Finding, head: str, width: int | None) -> Iterator[str]:
    """Yield the lines on a cause with one place: one line where that is enough."""
    start = f"{head}: {where(finding.table, finding.columns, finding.target)}"
    ids = f"[{finding.check} {finding.fingerprint[:8]}]"
    whole = f"{_joined(start, _extent(finding), None)}  {ids}"
    if len(whole) <= WIDTH:
        yield whole
    else:
        yield start
        yield f"{_joined(_MARGIN, _extent(finding), width)}  {ids}"
    yield from _remarks(finding, _MARGIN)


def _joined(start: str, clauses: list[str], width: int | None) -> str:
    """Return clauses after a beginning, as many as the width allows, but at least one."""
    text = start
    for number, clause in enumerate(clauses):
        glue = "" if text == _MARGIN else ": " if text == start else "; "
        longer = f"{text}{glue}{clause}"
        if number and width is not None and len(longer) > width:
            return f"{text}; ..."
        text = longer
    return text


def _line(group: Group) -> str:
    """Return one line on findings of one cause."""
    first, *others = group.findings
    if others:
        names = listed([where(f.table, f.columns, f.target) for f in group.findings], MOST_PLACES)
        return f"{_head(group)}: {names}  [{group.check}]"
    rows = (
        f": {first.rows:,} of {count(first.of, 'row')}"
        if first.rows is not None and first.of is not None
        else ""
    )
    place = where(first.table, first.columns, first.target)
    return f"{_head(group)}: {place}{rows}  [{first.check} {first.fingerprint[:8]}]"


def _head(group: Group) -> str:
    """Return how bad a cause is, and what is wrong."""
    return f"{str(group.severity).upper():8}  {title(group)}{' (waived)' if group.waived else ''}"


def _extent(f: Finding) -> list[str]:
    """Return how much a finding is about, what its details say, and how sure it is where it is not sure."""
    known = printable(details(f)).split("; ") if f.rows is not None else []
    amounts = ", ".join(filter(None, [f.entity, amount(f)]))
    unsure = "" if f.confidence is Confidence.HIGH else f"confidence {f.confidence}"
    return [clause for clause in (amounts, unsure, *known) if clause]


def _remarks(f: Finding, margin: str) -> Iterator[str]:
    """Yield the statement that repairs a fault, and who accepts it."""
    if sql := statement(f):
        yield f"{margin}to fix: {printable(sql)}"
    if f.waiver is not None:
        yield f"{margin}waived until {f.waiver.until} by {f.waiver.owner}: {f.waiver.reason}"


def _error(group: Group) -> Iterator[str]:
    """Yield the lines on checks that ended with an error for one reason."""
    yield f"ERROR     {failed(len(group.outcomes))}: {printable(scope(group))}"
    yield f"{_MARGIN}{printable(reasons(group))}"
    yield f"{_MARGIN}{printable(next_step(group))}"


def _not_assessed(found: AuditRecord, *, everything: bool) -> Iterator[str]:
    """Yield what was not assessed, by reason, with what to do next; what does not apply is counted."""
    groups = [g for g in found.by_cause if g.not_assessed and not g.is_error]
    open_, hidden = [g for g in groups if not g.is_hidden], [g for g in groups if g.is_hidden]
    shown = [g for g in open_ if g.is_blind]
    shown = open_ if everything else open_[: max(MOST_REASONS, len(shown))]
    if shown:
        yield "Not assessed, and what to do:"
    for group in shown:
        step = next_step(group)
        yield f"  {printable(scope(group))}: {printable(reasons(group))}"
        if step:
            yield f"    {printable(step)}"
    if rest := open_[len(shown) :]:
        keys = listed((f"`{key[-1]}`" for key in map(policy_key, rest) if key), most=8)
        checks = count(sum(len(g.outcomes) for g in rest), "check")
        about = f" ({keys})" if keys else ""
        yield f"  {checks} more for {count(len(rest), 'other reason')}{about}: `--all` lists them"
    for group in hidden if everything else []:
        cause = cause_words(group.not_assessed[0].cause)
        yield f"  {cause}: {printable(scope(group))}: {printable(reasons(group))}"
    if hidden and not everything:
        checks = count(sum(len(g.outcomes) for g in hidden), "check")
        yield f"{checks} do not apply here or are excluded by the policy: `--all` lists them"


def _incidents(found: AuditRecord, *, everything: bool) -> Iterator[str]:
    """Yield what Art. 33(3) asks of each observed leak, as lines."""
    case = Case(found)
    if not case.leaks:
        return
    yield (
        f"{count(len(case.leaks), 'incident')} to assess (GDPR Art. 33, 34). A person says whether each is a"
        " breach; the 72 hours run from the moment of awareness:"
    )
    if everything or len(case.leaks) <= MOST_INCIDENTS:
        for finding in case.leaks:
            yield from _incident(finding, case.incidents.get(finding.fingerprint))
    else:
        causes = groups(case.leaks)
        yield from (_leak(group, case) for group in causes[:MOST_INCIDENTS])
        if rest := len(causes) - len(causes[:MOST_INCIDENTS]):
            yield f"  and {count(rest, 'more cause')}: `--all` lists them"
    yield ""


def _leak(group: Group, case: Case) -> str:
    """Return a line on the incidents of one cause: where, between which days, and how many rows."""
    first, *others = group.findings
    if not others:
        seen = printable(incidents.days(case.incidents.get(first.fingerprint)))
        return f"  {place_of(first)}: {seen}; {amount(replace(first, subjects=None))}"
    known = [i for f in group.findings if (i := case.incidents.get(f.fingerprint)) is not None]
    days = sorted(day for i in known for day in (i.first, i.last) if day is not None)
    between = f"{days[0]} to {days[-1]}" if days else say("incident.unknown")
    tables = count(len(group.tables), "table")
    return f"  {title(group)}: {between}; {count(len(group.findings), 'incident')} in {tables}"


def _incident(finding: Finding, incident: Incident | None) -> Iterator[str]:
    """Yield the lines on one incident."""
    place = where(finding.table, finding.columns, finding.target)
    yield f"  {place}  [{finding.check} {finding.fingerprint[:8]}]"
    recent = incidents.goes_on(incident)
    yield f"    {printable(incidents.days(incident))}; in the last {RECENT_DAYS} days: {recent}"
    people = incidents.subjects(finding, incident)
    yield f"    {amount(replace(finding, subjects=None))}; data subjects: {people}"
    if incident is not None and incident.categories:
        yield f"    personal data in reach: {printable(incidents.data(incident.categories))}"
    if incident is not None and incident.missing:
        yield f"    not known: {printable(incident.missing)}"
    pairs, more = incidents.met(incident, MOST_PAIRS)
    if pairs:
        rest = f", and {count(more, 'more pair')}" if more else ""
        yield f"    tenants: {', '.join(pairs)}{rest}"

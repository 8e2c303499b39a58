"""An audit and a profile as plain text, for terminals and logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from auditkit.catalogue import catalogue
from auditkit.check import Check
from auditkit.detection import ColumnVerdict
from auditkit.html_tables import count, elided, seen
from auditkit.incident import RECENT_DAYS, Incident
from auditkit.outcome import Finding
from auditkit.record import AuditRecord
from auditkit.report import incidents
from auditkit.report.case import Case
from auditkit.report.details import details, statement

MOST_PAIRS = 3
"""So many pairs of tenants stand on a line; an audit's JSON has more."""


def printable(text: str) -> str:
    """Return a name of the source without what could rewrite a terminal's line, or cannot be written to it.

    >>> printable("no" + chr(27) + "[2Jtes" + chr(0xD800))
    'no?[2Jtes?'
    """
    return seen(text, mark="?")


def place(table: str | None, columns: Iterable[str], target: str | None = None) -> str:
    """Return where an outcome is: `tickets.project_id -> projects`."""
    columns = list(columns)
    where = (table or "the source") + (f".{'+'.join(columns)}" if columns else "")
    return printable(f"{where} -> {target}" if target else where)


def where(table: str | None, columns: Iterable[str], target: str | None = None) -> str:
    """Return where an outcome is, as `place` does, for a line of a terminal: long names are shortened."""
    return place(table and elided(table), map(elided, columns), target and elided(target))


def amount(finding: Finding) -> str:
    """Return how much a finding is about, in words: `1,204 of 9,871 rows, 977 data subjects`.

    A finding that is about no rows says its details instead.
    """
    parts = []
    if finding.rows is not None:
        of = f" of {finding.of:,} rows" if finding.of is not None else " rows"
        parts.append(f"{finding.rows:,}{of}")
    if finding.interval is not None:
        low, high = finding.interval
        parts.append(f"between {low:,} and {high:,} in the whole table")
    if finding.subjects is not None:
        parts.append(count(finding.subjects, "data subject"))
    if finding.rows is None:
        parts.append(printable(details(finding)))
    return ", ".join(filter(None, parts))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of words as columns that stand under each other, the last one ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def audit(found: AuditRecord) -> str:
    """Return the findings, the worst first, and what was not assessed, by reason."""
    lines: list[str] = []
    for f in found.findings:
        lines += [*_finding(f), ""]
    lines += _incidents(found)
    if found.names_model is not None and not found.names_model.ran:
        lines += [found.names_model.sentence, ""]
    reasons = Counter((o.cause.value, o.reason) for o in found.not_assessed)
    if reasons:
        lines.append("Not assessed:")
        lines += [
            f"  {cause:15} {printable(reason)}" + (f" ({n} checks)" if n > 1 else "")
            for (cause, reason), n in sorted(reasons.items())
        ]
    return "\n".join(lines)


def _finding(f: Finding) -> Iterator[str]:
    """Yield the lines on one finding: what is wrong, where, how much, and what the details say."""
    check = catalogue().get(f.check)
    title = check.title if check is not None else f.check.replace("-", " ")
    yield f"{f.severity.upper():8}  {title}: {where(f.table, f.columns, f.target)}"
    head = ", ".join(filter(None, [f.entity, amount(f)]))
    yield f"          {head or 'found'}  (confidence {f.confidence})"
    if f.rows is not None and (known := details(f)):
        yield f"          {printable(known)}"
    if sql := statement(f):
        yield f"          to fix: {printable(sql)}"
    if f.waiver is not None:
        yield f"          waived until {f.waiver.until} by {f.waiver.owner}: {f.waiver.reason}"
    law = f" ({', '.join(check.articles)})" if check is not None and check.articles else ""
    yield f"          {f.check}{law}, fingerprint {f.fingerprint[:8]}"


def _incidents(found: AuditRecord) -> Iterator[str]:
    """Yield what Art. 33(3) asks of each observed leak, as lines."""
    case = Case(found)
    if not case.leaks:
        return
    yield (
        "Incidents to assess (GDPR Art. 33, 34). A person says whether each is a breach; the 72 hours run"
        " from the moment of awareness:"
    )
    for finding in case.leaks:
        yield from _incident(finding, case.incidents.get(finding.fingerprint))
    yield ""


def _incident(finding: Finding, incident: Incident | None) -> Iterator[str]:
    """Yield the lines on one incident."""
    yield (
        f"  {where(finding.table, finding.columns, finding.target)}"
        f"  ({finding.check}, {finding.fingerprint[:8]})"
    )
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


def summary(found: AuditRecord) -> str:
    """Return the counts of an audit in one line: nothing that was planned is missing from them."""
    c = found.coverage
    waived = sum(f.waiver is not None for f in found.findings)
    unseen = Counter(o.cause.value for o in found.not_assessed)
    why = ", ".join(f"{n} {cause}" for cause, n in sorted(unseen.items()))
    return (
        f"{c['findings']} findings{f' ({waived} waived)' if waived else ''}, worst {found.worst or 'none'};"
        f" {c['passed']} passed; {c['not_assessed']} not assessed{f' ({why})' if why else ''};"
        f" {c['relations']} relations seen"
    )


def profile(columns: Iterable[ColumnVerdict], *, everything: bool = False) -> str:
    """Return the columns of personal data as a table: with `everything` the others too."""
    shown = [c for c in columns if everything or c.verdict != "none" or c.contains]
    rows = [("TABLE", "COLUMN", "ENTITY", "VERDICT", "CELLS", "WHY")]
    for c in shown:
        inside = ", ".join(f"{n:,} {entity}" for entity, n in sorted(c.contains.items()))
        cells = f"{c.matches:,} of {c.rows - c.nulls:,}"
        why = "; ".join(filter(None, [c.evidence, f"inside: {inside}" if inside else ""]))
        rows.append(
            (elided(printable(c.table)), elided(printable(c.column)), c.entity or "", c.verdict, cells, why)
        )
    return table(rows) if shown else "No personal data was found by these detectors."


def checks(listed: Iterable[Check]) -> str:
    """Return the catalogue as a table."""
    return table([("CHECK", "SEVERITY", "SAYS"), *[(c.id, c.severity.value, c.title) for c in listed]])

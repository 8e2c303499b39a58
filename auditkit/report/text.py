"""An audit and a profile as plain text, for terminals and logs."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from auditkit.check import Check
from auditkit.detection import ColumnVerdict
from auditkit.outcome import Audit, Finding
from auditkit.scanners import catalogue


def printable(text: str) -> str:
    """Return a name of the source without control and direction characters, which could rewrite a terminal's line.

    >>> printable("no" + chr(27) + "[2Jtes")
    'no?[2Jtes'
    """
    return "".join("?" if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)


def place(table: str | None, columns: Iterable[str], target: str | None = None) -> str:
    """Return where an outcome is: `tickets.project_id -> projects`."""
    columns = list(columns)
    where = (table or "the source") + (f".{'+'.join(columns)}" if columns else "")
    return printable(f"{where} -> {target}" if target else where)


def amount(finding: Finding) -> str:
    """Return how much a finding is about, in words: `1,204 of 9,871 rows, 977 data subjects`."""
    told = []
    if finding.rows is not None:
        told.append(f"{finding.rows:,}" + (f" of {finding.of:,} rows" if finding.of is not None else " rows"))
    if finding.interval is not None:
        told.append(f"between {finding.interval[0]:,} and {finding.interval[1]:,} in the whole table")
    if finding.subjects is not None:
        told.append(f"{finding.subjects:,} data subject{'s' * (finding.subjects != 1)}")
    if finding.rows is None:
        told += [f"{name.replace('_', ' ')} {printable(str(value))}" for name, value in sorted(finding.detail.items())]
    return ", ".join(told)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of words as columns that stand under each other, the last one ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def audit(found: Audit) -> str:
    """Return the findings, the worst first, each with its fault and its remedy, and what was not assessed, by reason."""
    lines = []
    for f in found.findings:
        check = catalogue().get(f.check)
        head = f"{f.severity.upper():8}  {f.check:26}  {place(f.table, f.columns, f.target)}"
        entity = f"{f.entity}, " if f.entity else ""
        lines.append(f"{head}\n          {entity}{amount(f)}  (confidence {f.confidence}, {f.fingerprint[:8]})")
        if f.waiver is not None:
            lines.append(f"          waived until {f.waiver.until} by {f.waiver.owner}: {f.waiver.reason}")
        if check is not None:
            lines.append(f"          {check.title} {', '.join(check.articles)}")
        lines.append("")
    reasons = Counter((o.cause.value, o.reason) for o in found.not_assessed)
    if reasons:
        lines.append("Not assessed:")
        lines += [
            f"  {cause:15} {printable(reason)}" + (f" ({n} checks)" if n > 1 else "") for (cause, reason), n in sorted(reasons.items())
        ]
    return "\n".join(lines)


def summary(found: Audit) -> str:
    """Return the counts of an audit in one line: nothing that was planned is missing from them."""
    c = found.coverage
    waived = sum(f.waiver is not None for f in found.findings)
    unseen = Counter(o.cause.value for o in found.not_assessed)
    why = ", ".join(f"{n} {cause}" for cause, n in sorted(unseen.items()))
    return (
        f"{c['findings']} findings{f' ({waived} waived)' if waived else ''}, worst {found.worst or 'none'}; {c['passed']} passed; "
        f"{c['not_assessed']} not assessed{f' ({why})' if why else ''}; {c['relations']} relations seen"
    )


def profile(columns: Iterable[ColumnVerdict], *, everything: bool = False) -> str:
    """Return the columns of personal data as a table: with `everything` the others too."""
    shown = [c for c in columns if everything or c.verdict != "none" or c.contains]
    rows = [("TABLE", "COLUMN", "ENTITY", "VERDICT", "CELLS", "WHY")]
    for c in shown:
        inside = ", ".join(f"{n:,} {entity}" for entity, n in sorted(c.contains.items()))
        cells = f"{c.matches:,} of {c.rows - c.nulls:,}"
        why = "; ".join(filter(None, [c.evidence, f"inside: {inside}" if inside else ""]))
        rows.append((printable(c.table), printable(c.column), c.entity or "", c.verdict, cells, why))
    return table(rows) if shown else "No personal data was found by these detectors."


def checks(listed: Iterable[Check]) -> str:
    """Return the catalogue as a table."""
    return table([("CHECK", "SEVERITY", "SAYS"), *[(c.id, c.severity.value, c.title) for c in listed]])

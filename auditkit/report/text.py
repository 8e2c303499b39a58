"""Places, amounts, tables and a profile as plain text, for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from auditkit.check_page import Page
from auditkit.html_tables import count, elided, seen
from auditkit.outcome import Finding, Outcome, place
from auditkit.report.details import details

if TYPE_CHECKING:
    from auditkit.detection import ColumnVerdict


def printable(text: str) -> str:
    """Return a name of the source without what could rewrite a terminal's line, or cannot be written to it.

    >>> printable("no" + chr(27) + "[2Jtes" + chr(0xD800))
    'no?[2Jtes?'
    """
    return seen(text, mark="?")


def place_of(outcome: Outcome) -> str:
    """Return where an outcome is."""
    return printable(outcome.where)


def where(table: str | None, columns: Iterable[str], target: str | None = None) -> str:
    """Return a place for a line of a terminal: long names are shortened."""
    return printable(place(table and elided(table), [*map(elided, columns)], target and elided(target)))


def amount(finding: Finding) -> str:
    """Return how much a finding is about, in words: `1,204 of 9,871 rows, 977 data subjects`.

    A finding that is about no rows says its details instead.
    """
    parts = []
    if finding.rows is not None:
        whole = finding.of is not None
        parts.append(
            f"{finding.rows:,} of {count(finding.of or 0, 'row')}" if whole else count(finding.rows, "row")
        )
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


def checks(listed: Iterable[Page]) -> str:
    """Return the catalogue as a table."""
    return table([("CHECK", "SEVERITY", "SAYS"), *[(c.id, c.severity.value, c.title) for c in listed]])

"""A profile as a table in Jupyter: what was found, without values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit.html_tables import badge, count, fragment, gap, lines, name, paragraph, quiet, table
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.detection.profile import Profile
    from auditkit.detection.verdict import ColumnVerdict

_BADGES = {"certain": "strong", "mixed": "strong", "review": "dashed", "empty": "dashed"}


def html(profile: Profile) -> str:
    """Return the columns that hold or may hold personal data as an HTML table, and what was not read."""
    shown = [v for v in profile.columns if v.verdict != "none" or v.contains]
    caption = f"{len(shown):,} of {count(len(profile.columns), 'column')} hold or may hold personal data"
    rows = [
        (v.table, v.column, _holds(v), badge(v.verdict, _BADGES.get(v.verdict, "")), _cells(v), v.evidence)
        for v in shown
    ]
    head = ("Table", "Column", "Holds", "Verdict", "Cells", "Why")
    unread = [
        paragraph(name(table_), ": ", gap(f"not read: {missing.reason}"))
        for table_, missing in profile.failed.items()
    ]
    notes = [paragraph(quiet(profile.note))] if profile.note else []
    if not shown:
        return fragment(paragraph(_nothing(profile)), *unread, *notes)
    found = table(caption, head, rows, numeric=("Cells",), more="profile.to_pandas()")
    return fragment(found, *unread, *notes)


def _nothing(profile: Profile) -> str:
    return f"No personal data was found by these detectors in {count(len(profile.columns), 'column')}."


def _holds(verdict: ColumnVerdict) -> Markup:
    """Return in words what a column holds, its data category, and what else stands inside its cells."""
    held: list[object] = []
    if verdict.entity:
        held.append(_label(verdict.entity))
    if verdict.category:
        held.append(quiet(verdict.category))
    if verdict.contains:
        inside = (f"{_label(entity)} ({count(n, 'cell')})" for entity, n in verdict.contains.items())
        held.append(f"inside: {', '.join(inside)}")
    return lines(held)


def _cells(verdict: ColumnVerdict) -> str:
    return f"{verdict.matches:,} of {verdict.rows - verdict.nulls:,}"


def _label(entity: str) -> str:
    return ENTITIES[entity].label if entity in ENTITIES else entity

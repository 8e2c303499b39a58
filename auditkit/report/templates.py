"""How each field of the templates of the authorities is answered, and in which chapter of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auditkit.report import body
from auditkit.report.asked import Asked
from auditkit.report.blocks import Block
from auditkit.report.body import Entry, Known
from auditkit.report.case import Case, listed
from auditkit.report.evidence import Evidence, Grid, Provenance, Row
from auditkit.report.say import say

_PARTS = {
    "purposes": "lawfulness", "bases": "lawfulness", "items": "data", "kept": "data", "retention": "overdue",
    "inherent": "register", "residual": "register", "by_design": "scenarios", "risk_measures": "measures",
    "separation": "subjects",
}  # fmt: skip
"""The blocks that show a part of what another block of the report shows."""


def grids(case: Case, answers: Mapping[str, Asked], make: Callable[[str], Block]) -> tuple[Grid, ...]:
    """Return one table for each authority: its fields, in its order, and what answers each."""
    head = tuple(say(f"map.head.{key}") for key in ("number", "title", "known", "chapters", "open"))
    places = _places()
    return tuple(
        Grid(
            say(f"views.{view}"),
            head,
            tuple(
                _row(case, view, spec, entry, places)
                for chapter, layout in zip(body.chapters(view, answers, make), body.layout(view), strict=True)
                for entry, spec in zip(chapter.entries, layout["entry"], strict=True)
            ),
        )
        for view in body.VIEWS
    )


def _row(case: Case, view: str, spec: Mapping[str, object], entry: Entry, places: Mapping[str, str]) -> Row:
    names = [a.field.id for a in entry.asked] + list(spec.get("blocks", ()))  # type: ignore[call-overload]
    chapters = dict.fromkeys(places[name] for name in names if name in places)
    missing = listed((a.statement.label for a in entry.missing), most=4) or None
    cells = (
        entry.number if entry.number[:1].isdigit() else f"`{entry.number}`",
        entry.title,
        say(f"map.known.{entry.known.name.lower()}"),
        listed(sorted(chapters, key=int), most=8) or None,
        missing,
    )
    known = (
        Provenance(Evidence.NOT_ASSESSED, source=f"{view} {entry.number}")
        if entry.known is Known.MISSING
        else case.derived(say("map.by"))
    )
    return Row(cells, known)


def _places() -> dict[str, str]:
    """Return the chapter of the report in which each statement and each block is."""
    found = {
        name: chapter["number"]
        for chapter in body.layout(body.REPORT)
        for entry in chapter["entry"]
        for name in (*entry.get("fields", ()), *entry.get("blocks", ()))
    }
    return found | {part: found[whole] for part, whole in _PARTS.items()}

"""What a report is made of: statements that say where they come from.

A statement is measured by a check, attested by a person, derived from the two by a rule, or not assessed.
There is no fifth way, and no statement without its class.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Scalar = str | int | float | bool | None


class Evidence(StrEnum):
    """How a statement is known."""

    MEASURED = "measured"
    ATTESTED = "attested"
    DERIVED = "derived"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True)
class Provenance:
    """How a statement is known, by whom, on which day, and from which source."""

    evidence: Evidence
    by: str | None = None
    at: str | None = None
    source: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Return the four keys that come with every value of `report.json`.

        >>> Provenance(Evidence.MEASURED, by="retention-overdue", at="2026-11-22").to_dict()
        {'class': 'measured', 'by': 'retention-overdue', 'at': '2026-11-22', 'source': None}
        """
        return {"class": self.evidence.value, "by": self.by, "at": self.at, "source": self.source}


@dataclass(frozen=True)
class Statement:
    """One sentence of the report: what it is about, what is said, and how that is known."""

    label: str
    value: Scalar
    provenance: Provenance
    note: str | None = None
    """Who signed it, on which day and until when; or why what the policy holds is not signed."""
    former: str | None = None
    """What was stated until it expired."""

    @property
    def evidence(self) -> Evidence:
        """How it is known."""
        return self.provenance.evidence

    @property
    def is_signed(self) -> bool:
        """Whether a person answers for it; then it is shown whole, with its paragraphs."""
        return self.note is not None and self.evidence is Evidence.ATTESTED

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show: what is stated, or what was stated and why it does not hold."""
        return self.value is not None or self.note is not None

    def to_dict(self) -> dict[str, Any]:
        """Return it with its provenance, as JSON types."""
        signed = {"note": self.note, "former": self.former}
        return {"label": self.label, "value": self.value, **self.provenance.to_dict(), **signed}


@dataclass(frozen=True)
class Row:
    """One line of a table; all its cells are known in the same way."""

    cells: tuple[Scalar, ...]
    provenance: Provenance
    anchor: str | None = None
    """The fingerprint of the finding it shows, where it shows one."""

    @property
    def evidence(self) -> Evidence:
        """How it is known."""
        return self.provenance.evidence


@dataclass(frozen=True)
class Grid:
    """A table of the report."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    """What is said where there are no rows."""

    def only(self, *places: int) -> Grid:
        """Return the table with some of its columns, by their places."""
        rows = (replace(row, cells=tuple(row.cells[p] for p in places)) for row in self.rows)
        return replace(self, head=tuple(self.head[p] for p in places), rows=tuple(rows))

    def to_dict(self) -> dict[str, Any]:
        """Return every row with its provenance, as JSON types; without rows, what is said instead."""
        rows = [
            {"value": dict(zip(self.head, row.cells, strict=True)), **row.provenance.to_dict()}
            for row in self.rows
        ]
        return {"caption": self.caption, "rows": rows, **({} if rows else {"empty": self.empty})}


@dataclass(frozen=True)
class Section:
    """A numbered section: what it answers, what is said, what would have to be said and is not."""

    number: str
    title: str
    question: str
    template: str
    """The sections of the EDPB template it serves."""
    statements: tuple[Statement, ...] = ()
    grids: tuple[Grid, ...] = ()
    figures: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its name in a link."""
        return f"section-{self.number}"

    @property
    def classes(self) -> tuple[Evidence, ...]:
        """The classes of evidence it holds, in their fixed order; a section that holds nothing was not
        assessed.
        """
        present = {s.evidence for s in self.statements} | {
            row.evidence for grid in self.grids for row in grid.rows
        }
        if self.missing:
            present.add(Evidence.NOT_ASSESSED)
        return tuple(e for e in Evidence if e in present) or (Evidence.NOT_ASSESSED,)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "number": self.number, "title": self.title, "template": self.template,
            "classes": [e.value for e in self.classes], "statements": [s.to_dict() for s in self.statements],
            "tables": [g.to_dict() for g in self.grids], "missing": list(self.missing),
        }  # fmt: skip

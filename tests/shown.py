"""The law that no outcome shows what a cell holds, for every story of every check.

A story puts tables into a source. Each text in them is remembered, and so is each text of a policy. No text
of a cell may be a literal of the SQL of an outcome, stand in its details, or in its reason. A text that the
policy names, or that is the name of a table or column, is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auditkit.outcome import Finding, NotAssessed, Outcome
from tests.engines import Tables

SHORTEST = 5
"""Shorter texts are words such as `open`, which the code may know too."""
CLOSED = frozenset({"switch", "active"})
"""Words of checks that stand in stories too."""
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_WORD = re.compile(r"[\w.@+-]+")


@dataclass
class Shown:
    """What a story planted, and the outcomes that came of it."""

    cells: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)

    def plant(self, tables: Tables) -> None:
        """Remember the texts and the names of tables."""
        for table, rows in tables.items():
            self.named |= {table, *(column for row in rows for column in row)}
            cells = (cell for row in rows for cell in row.values())
            self.cells |= {cell for cell in cells if isinstance(cell, str) and _is_text(cell)} - CLOSED

    def name(self, policy: object) -> None:
        """Remember what a policy names."""
        self.named |= {str(policy), *_WORD.findall(str(policy))}

    @property
    def leaks(self) -> list[tuple[str, str]]:
        """The checks that show the text of a cell, each with the text."""
        names = " ".join(self.named).casefold()
        secret = {cell for cell in self.cells if cell.casefold() not in names}
        return [(o.check, text) for o in self.outcomes for text in _texts(o) if text in secret]


def _is_text(cell: str) -> bool:
    """Return whether a text is more than a moment: the day of an audit gives moments of its own."""
    return len(cell) >= SHORTEST and any(c.isalpha() for c in cell)


def _texts(outcome: Outcome) -> Iterator[str]:
    """Yield the texts in an outcome that a cell could be: literals of SQL, details, and words of a reason."""
    if isinstance(outcome, Finding):
        yield from (text.replace("''", "'") for text in _LITERAL.findall(outcome.sql or ""))
        for detail in outcome.detail.values():
            yield from _with_words(detail)
    if isinstance(outcome, NotAssessed):
        yield from _with_words(outcome.reason)


def _with_words(text: Any) -> Iterator[str]:
    if isinstance(text, str):
        yield text
        yield from _WORD.findall(text)

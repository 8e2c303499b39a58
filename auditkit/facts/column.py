"""One column of a table, and which verdicts of the profile make a column personal."""

from __future__ import annotations

from dataclasses import dataclass

from auditkit.check import Item
from auditkit.outcome import Missing
from auditkit.vocabulary import PRESENT

PERSONAL = frozenset({*PRESENT, "empty"})
"""The verdicts on a column of personal data; the name alone makes an empty column one."""


@dataclass(frozen=True)
class Column(Item, columns="name"):
    """One column of the table, or why it cannot be seen."""

    name: str
    missing: Missing | None = None

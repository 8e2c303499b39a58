"""A column that a retention rule reads: of the table of the rule, or of another one (`tickets.closed_at`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column that a rule reads.

    Attributes:
        name: the column.
        of: the table that has it, or the column that refers to that table; empty for the table of the rule.
    """

    name: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.of}.{self.name}" if self.of else self.name

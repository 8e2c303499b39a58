"""What an audit of the example must find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expected:
    """One finding.

    Attributes:
        check: the id of the check.
        table: the table of the finding.
        columns: the columns of the finding.
        rows: how many rows it counts; None for a check that reads metadata or measures a share.
        why: the fault, in words.
        detail: details that the finding must have, such as how many cells mention which entity.
    """

    check: str
    table: str
    columns: tuple[str, ...]
    rows: int | None
    why: str
    detail: Mapping[str, int] = field(default_factory=dict)

    @property
    def sort_key(self) -> tuple[str, str, tuple[str, ...]]:
        """Its place in `expected.json`: by check, then by table and columns."""
        return (self.check, self.table, self.columns)

    def to_dict(self) -> dict[str, Any]:
        """Return its entry in `expected.json`."""
        entry = {
            "check": self.check,
            "table": self.table,
            "columns": list(self.columns),
            "rows": self.rows,
            "why": self.why,
        }
        return {**entry, "detail": dict(self.detail)} if self.detail else entry


def to_json(expected: Iterable[Expected]) -> str:
    """Return the text of `expected.json`."""
    entries = [finding.to_dict() for finding in sorted(expected, key=lambda finding: finding.sort_key)]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"

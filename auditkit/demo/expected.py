"""What an audit of the example must find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expected:
    """One finding: the check, where, in how many rows, and the fault behind it in words.

    `rows` is None where a check shows metadata or measures a share.
    """

    check: str
    table: str
    columns: tuple[str, ...]
    rows: int | None
    why: str
    detail: Mapping[str, int] = field(default_factory=dict)
    """What the finding's detail must say besides, such as how many cells mention which entity."""

    @property
    def sort_key(self) -> tuple[str, str, tuple[str, ...]]:
        """The order in `expected.json`: by check, then by place."""
        return (self.check, self.table, self.columns)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `expected.json`."""
        entry = {
            "check": self.check,
            "table": self.table,
            "columns": list(self.columns),
            "rows": self.rows,
            "why": self.why,
        }
        return {**entry, "detail": dict(self.detail)} if self.detail else entry


def to_json(expected: Iterable[Expected]) -> str:
    """Return the text of `expected.json`, in the order of checks and places."""
    return (
        json.dumps(
            [e.to_dict() for e in sorted(expected, key=lambda e: e.sort_key)], indent=1, ensure_ascii=False
        )
        + "\n"
    )

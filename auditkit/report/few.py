"""Counts that are too small to be shown: a reader sees between which numbers they lie, and nothing nearer.

A policy says from which number on counts are shown (`smallest_count`). Such a count stays a number for all
that compares and sorts; only its text says less. A sum of counts is shown as the range that its parts leave
open, so no total gives a part away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auditkit.detection import ColumnVerdict
from auditkit.incident.incident import Incident
from auditkit.outcome import Finding, Outcome, Passed
from auditkit.record import AuditRecord
from auditkit.report.say import say


class Few(int):
    """A count of which a reader sees only the range: `fewer than 5`, or as a part of a sum `101 to 104`.

    It is equal to no plain number, so that no sentence takes its singular for one row alone. Its words are
    those of the report's language.

    >>> few = Few.of(3, smallest=5)
    >>> str(few), f"{few:,}", f"{few + 100}", f"{few + few}", few < 4
    ('fewer than 5', 'fewer than 5', '101 to 104', 'fewer than 9', True)
    """

    low: int
    high: int

    @classmethod
    def of(cls, number: int, smallest: int) -> int:
        """Return a count as it may be shown: itself, where it is large enough or 0.

        >>> Few.of(5, smallest=5), Few.of(0, smallest=5)
        (5, 0)
        """
        return cls._between(number, 1, smallest - 1) if 0 < number < smallest else number

    @classmethod
    def _between(cls, number: int, low: int, high: int) -> Few:
        made = cls(number)
        made.low, made.high = low, high
        return made

    def __str__(self) -> str:
        low, high = int(self.low), int(self.high)
        return say("few.below", limit=high + 1) if low <= 2 else say("few.between", low=low, high=high)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def __add__(self, other: int) -> Few:
        low, high = (other.low, other.high) if isinstance(other, Few) else (other, other)
        return self._between(int.__add__(self, other), self.low + low, self.high + high)

    __radd__ = __add__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Few) and int.__eq__(self, other)

    __hash__ = int.__hash__


def masked(audit: AuditRecord, smallest: int | None) -> AuditRecord:
    """Return an audit in which counts below the smallest are `Few`; the audit itself without a smallest."""
    if smallest is None or smallest <= 1:
        return audit
    return replace(
        audit,
        outcomes=tuple(_outcome(o, smallest) for o in audit.outcomes),
        columns=tuple(_column(c, smallest) for c in audit.columns),
        incidents=tuple(_incident(i, smallest) for i in audit.incidents),
    )


def plain(value: Any) -> Any:
    """Return JSON types in which a small count is its text.

    >>> plain({"rows": [Few.of(2, smallest=5), 7]})
    {'rows': ['fewer than 5', 7]}
    """
    match value:
        case Few():
            return str(value)
        case Mapping():
            return {key: plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:
            return value


def _some(number: int | None, smallest: int) -> int | None:
    return None if number is None else Few.of(number, smallest)


def _outcome(outcome: Outcome, smallest: int) -> Outcome:
    match outcome:
        case Finding():
            low, high = outcome.interval or (0, 0)
            interval = (Few.of(low, smallest), Few.of(high, smallest)) if outcome.interval else None
            return replace(
                outcome, rows=_some(outcome.rows, smallest), of=_some(outcome.of, smallest),
                subjects=_some(outcome.subjects, smallest), interval=interval,
                detail={name: _detail(name, value, smallest) for name, value in outcome.detail.items()},
            )  # fmt: skip
        case Passed():
            return replace(outcome, of=_some(outcome.of, smallest))
        case _:
            return outcome


def _detail(name: str, value: Any, smallest: int) -> Any:
    """Return a detail; one with a single letter, such as the k of k-anonymity, is a limit and no count."""
    counted = isinstance(value, int) and not isinstance(value, bool) and len(name) > 1
    return Few.of(value, smallest) if counted else value


def _column(column: ColumnVerdict, smallest: int) -> ColumnVerdict:
    keys = ("rows", "nulls", "distinct", "matches", "inside")
    counts: dict[str, Any] = {key: Few.of(getattr(column, key), smallest) for key in keys}
    contains = {entity: Few.of(n, smallest) for entity, n in column.contains.items()}
    paths = tuple(_column(path, smallest) for path in column.paths)
    return replace(column, contains=contains, paths=paths, **counts)


def _incident(incident: Incident, smallest: int) -> Incident:
    keys = ("rows", "subjects", "recent", "undated")
    counts: dict[str, Any] = {key: _some(getattr(incident, key), smallest) for key in keys}
    pairs = tuple(replace(pair, rows=Few.of(pair.rows, smallest)) for pair in incident.pairs)
    return replace(incident, pairs=pairs, **counts)

"""A table of counts that anybody may see: cells about few people are not shown, and no total gives one away.

A cell is shown where it is 0, or at least the smallest count, and where it is not all but a few of its line.
A total is shown only where every cell that it adds is shown. So a table looks the same whatever a cell that
is not shown holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOTAL = "Total"
NOT_SHOWN = "not shown"
SMALLEST = 5
"""The smallest count in a table for everybody, where the policy says no other."""


@dataclass(frozen=True)
class Counts:
    """Counts by line and column.

    Attributes:
        columns: what is counted.
        lines: for each line how many there are in all, and how many of them each column has.
    """

    columns: tuple[str, ...]
    lines: Mapping[str, tuple[int, tuple[int, ...]]]


@dataclass(frozen=True)
class Published:
    """The texts of a table: its head, and its lines with their names in front."""

    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def published(counts: Counts, smallest: int = SMALLEST) -> Published:
    """Return a table as it may be published, with a line of totals where it has several lines.

    >>> table = published(Counts(("health",), {"patients": (900, (3,)), "staff": (40, (12,))}))
    >>> table.lines
    (('patients', '900', 'fewer than 5'), ('staff', '40', '12'), ('Total', '940', 'not shown'))
    """
    lines = {name: _line(*line, smallest) for name, line in counts.lines.items()}
    shown = [(name, *(text for text, _ in cells)) for name, cells in lines.items()]
    if len(lines) > 1:
        exact = [(every, *parts) for every, parts in counts.lines.values()]
        shown.append((TOTAL, *(_total(place, exact, lines.values()) for place in range(len(exact[0])))))
    return Published(("", "All records", *counts.columns), tuple(shown))


def _line(every: int, parts: Sequence[int], smallest: int) -> list[tuple[str, bool]]:
    """Return the text of each cell of a line, and whether it says the number."""
    whole = _cell(every, None, smallest)
    return [whole, *(_cell(part, every if whole[1] else None, smallest) for part in parts)]


def _cell(number: int, of: int | None, smallest: int) -> tuple[str, bool]:
    if 0 < number < smallest:
        return f"fewer than {smallest}", False
    if of is not None and 0 < of - number < smallest:
        return f"all but fewer than {smallest}", False
    return f"{number:,}", True


def _total(place: int, exact: Sequence[Sequence[int]], lines: object) -> str:
    cells = [line[place] for line in lines]  # type: ignore[attr-defined]
    return f"{sum(line[place] for line in exact):,}" if all(shown for _, shown in cells) else NOT_SHOWN

"""How bad a finding is, and how sure: two scales of words."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class _Level(StrEnum):
    """A word that is ordered by its place in the definition, not by the alphabet."""

    @property
    def rank(self) -> int:
        """Its place in the scale, from 0."""
        return list(type(self)).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= type(self)(other).rank

    def shifted(self, steps: int) -> Any:
        """Return the level so many steps up (down where negative), within the scale."""
        levels = list(type(self))
        return levels[min(max(self.rank + steps, 0), len(levels) - 1)]


class Severity(_Level):
    """How bad a finding is for the people the data is about.

    >>> Severity.HIGH > Severity.MEDIUM, Severity.HIGH.shifted(1), Severity.CRITICAL.shifted(1)
    (True, <Severity.CRITICAL: 'critical'>, <Severity.CRITICAL: 'critical'>)
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(_Level):
    """How sure it is that a finding is what it says."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

"""The scale: what its steps mean, which level they give together, and which level may be accepted.

Four steps of severity and likelihood, after the method of the French authority (CNIL, PIA, 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditkit.report.say import say

STEPS = (1, 2, 3, 4)
UNKNOWN = 0
"""A step that nothing speaks of."""

LEVELS = ("low", "medium", "high", "very_high")
_TABLE = (
    ("low", "low", "medium", "medium"),
    ("low", "medium", "medium", "high"),
    ("medium", "medium", "high", "high"),
    ("high", "high", "very_high", "very_high"),
)
"""The level by severity, then by likelihood; a table, not a product, so that the gravest is never low."""


class Axis(StrEnum):
    """What a step is of."""

    SEVERITY = "severity"
    LIKELIHOOD = "likelihood"


def level_of(severity: int, likelihood: int) -> str:
    """Return the level of two steps; empty where one of them is not known.

    >>> level_of(4, 1), level_of(1, 2), level_of(4, 0)
    ('high', 'low', '')
    """
    return _TABLE[severity - 1][likelihood - 1] if severity and likelihood else ""


@dataclass(frozen=True)
class Position:
    """Where a risk stands: its severity and its likelihood, from 1 to 4, or 0 where not assessed."""

    severity: int = UNKNOWN
    likelihood: int = UNKNOWN

    @property
    def level(self) -> str:
        """Its level; empty where it is not assessed."""
        return level_of(self.severity, self.likelihood)

    @property
    def rank(self) -> int:
        """The place of its level, from 1; 0 where it is not assessed."""
        return LEVELS.index(self.level) + 1 if self.level else UNKNOWN

    def at(self, axis: Axis) -> int:
        """Return its step on an axis."""
        return self.severity if axis is Axis.SEVERITY else self.likelihood

    def moved(self, axis: Axis, step: int) -> Position:
        """Return the position with another step on an axis."""
        if axis is Axis.SEVERITY:
            return Position(step, self.likelihood)
        return Position(self.severity, step)

    def to_dict(self) -> dict[str, int | str | None]:
        """Return it as JSON types; what is not assessed is null."""
        return {
            "severity": self.severity or None,
            "likelihood": self.likelihood or None,
            "level": self.level.replace("_", " ") or None,
        }


def step_words(axis: Axis, step: int) -> str:
    """Return a step in words.

    >>> step_words(Axis.SEVERITY, 4), step_words(Axis.LIKELIHOOD, 0)
    ('4 maximum', 'not assessed')
    """
    if not step:
        return say("scale.not_assessed")
    return say("scale.position", number=step, word=say(f"scale.{axis}.{step}"))


def level_words(level: str) -> str:
    """Return a level in words.

    >>> level_words("very_high"), level_words("")
    ('very high', 'not assessed')
    """
    return say(f"scale.level.{level}") if level else say("scale.not_assessed")


def acceptance(level: str, highest: str = "low") -> str:
    """Return whether a level may be accepted: `acceptable` up to the highest that the policy accepts.

    The next one may be accepted by a named person, and no other may be.

    >>> acceptance("low"), acceptance("medium"), acceptance("high"), acceptance("")
    ('acceptable', 'to_accept', 'not_acceptable', 'not_assessed')
    """
    if not level:
        return "not_assessed"
    above = LEVELS.index(level) - LEVELS.index(highest)
    return "acceptable" if above <= 0 else "to_accept" if above == 1 else "not_acceptable"

"""The time budget of a run: what is not begun before it ends is not assessed, and what runs on is cut off."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from auditkit.errors import UsageError
from auditkit.outcome import Cause, Missing

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(frozen=True)
class Deadline:
    """When a budget ends, on a clock that nobody can set."""

    budget: timedelta
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    started: float = field(default=-1.0, repr=False)

    def __post_init__(self) -> None:
        if self.started < 0:
            object.__setattr__(self, "started", self.clock())

    def left(self) -> float:
        """Return how many seconds are left; none or less once it is over."""
        return self.budget.total_seconds() - (self.clock() - self.started)

    def statement(self) -> float:
        """Return how many seconds a statement that begins now may take: half of what is left, so that an
        endless one leaves the rest.
        """
        return self.left() / 2

    @property
    def missing(self) -> Missing | None:
        """Why nothing more is read, or None while there is time."""
        if self.left() > 0:
            return None
        return Missing(
            Cause.BUDGET, f"the time budget of {told(self.budget)} was used up before this could be read"
        )


def parse(text: str) -> timedelta:
    """Return the budget that a text names: `90s`, `10m`, `2h`, `1h30m`.

    >>> parse("1h30m")
    datetime.timedelta(seconds=5400)

    Raises:
        ValueError: it names none.
    """
    parts = re.findall(r"(\d+)([dhms])", text)
    budget = timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})
    if "".join(f"{number}{unit}" for number, unit in parts) != text or not budget:
        raise UsageError("a budget is a time such as 90s, 10m, 2h or 1h30m")
    return budget


def told(budget: timedelta) -> str:
    """Return a budget as `parse` reads it.

    >>> told(timedelta(minutes=90))
    '1h30m'
    """
    left = int(budget.total_seconds())
    parts = []
    for unit, seconds in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        number, left = divmod(left, seconds)
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts) or "0s"

"""The time budget of a run: what does not begin in time is not assessed; what takes too long is stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic
from typing import Self

from auditkit.errors import UsageError
from auditkit.outcome import Cause, Missing

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True)
class Budget:
    """How long a run may go on reading, from the moment that this is made.

    Attributes:
        time: how long.
        clock: seconds on a clock that nobody can set.
        started: what that clock showed at the beginning.
    """

    time: timedelta
    clock: Callable[[], float] = field(default=monotonic, repr=False)
    started: float = field(default=-1.0, repr=False)

    def __post_init__(self) -> None:
        if self.started < 0:
            object.__setattr__(self, "started", self.clock())

    @classmethod
    def of(cls, time: Budget | timedelta | str | None) -> Budget | None:
        """Return the budget that begins now; None where nothing bounds the run. One that runs is returned.

        Raises:
            UsageError: the text is not a time.
        """
        if time is None or isinstance(time, Budget):
            return time
        return cls(parse(time) if isinstance(time, str) else time)

    def left(self) -> float:
        """Return how many seconds are left; zero or less once the time is up."""
        return self.time.total_seconds() - (self.clock() - self.started)

    def share(self, part: float) -> Self:
        """Return a budget that begins now, and has a part of what is left of this one."""
        return replace(self, time=timedelta(seconds=max(self.left(), 0) * part), started=self.clock())

    def statement(self) -> float:
        """Return how many seconds a statement that begins now may take.

        That is half of what is left, so that a statement without an end leaves time for the others.
        """
        return self.left() / 2

    @property
    def missing(self) -> Missing | None:
        """Why nothing more is read, or None while there is time."""
        if self.left() > 0:
            return None
        reason = f"the time budget of {text(self.time)} ended before this could be read"
        return Missing(Cause.BUDGET, reason)


def parse(time: str) -> timedelta:
    """Return the time that a text names: `90s`, `10m`, `2h`, `1h30m`.

    Raises:
        UsageError: it names none.

    >>> parse("1h30m")
    datetime.timedelta(seconds=5400)
    """
    parts = re.findall(r"(\d+)([dhms])", time)
    length = timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})
    if "".join(f"{number}{unit}" for number, unit in parts) != time or not length:
        raise UsageError("a budget is a time such as 90s, 10m, 2h or 1h30m")
    return length


def text(time: timedelta) -> str:
    """Return a time as `parse` reads it.

    >>> text(timedelta(minutes=90))
    '1h30m'
    """
    left = int(time.total_seconds())
    parts = []
    for unit, seconds in _SECONDS.items():
        number, left = divmod(left, seconds)
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts) or "0s"

"""Moments that move with the day, as SQL: a suite that is compiled once stays right on every later day.

The expression of a check holds the literals of one day. It is built for several days, and where a literal
differs between them, it is one of the moments of this module. Otherwise the check is not compiled.

A retention period counts calendar months forwards: one month from 31 January ends on the last day of
February. Neither SQLite nor PostgreSQL can count so backwards: SQLite carries 31 February over into March,
and PostgreSQL shortens each subtraction to the end of its month. So this module asks another question: which
is the first day whose period ends on a given day or later? Going back `n` months from day `d` of month `m`,
it is day `d` of month `m - n`. Where that month is too short, it is the first day of the month after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from auditkit.dataset.dialect import Days
from auditkit.dataset.engines import dialect_of_backend
from auditkit.policy import RetentionRule
from auditkit.policy.period import Calendar, Period, latest_start


class Moment(Protocol):
    """A moment that moves with the day."""

    def on(self, day: date) -> datetime:
        """Return the moment on a day."""
        ...

    def sql(self, dialect: str, now: str | None = None) -> str:
        """Return its SQL expression.

        Args:
            dialect: one for which there are suites, as in `sqlite`.
            now: the expression for the day; by default the day on which the SQL runs.
        """
        ...


@dataclass(frozen=True)
class Today:
    """00:00 UTC of the day, moved by a fixed time.

    >>> Today(timedelta(days=1)).sql("sqlite")
    "DATETIME('now', 'start of day', '+86400 seconds')"
    """

    later: timedelta = timedelta()

    def __str__(self) -> str:
        return f"today + {self.later}" if self.later else "today"

    def on(self, day: date) -> datetime:
        """Return the moment on a day."""
        return datetime.combine(day, time()) + self.later

    def sql(self, dialect: str, now: str | None = None) -> str:
        """Return its SQL expression."""
        days = _days(dialect)
        return days.start_of_day(now or days.now, int(self.later.total_seconds()))


@dataclass(frozen=True)
class CutOff:
    """The latest start whose period has ended on the day; see `latest_start`.

    >>> CutOff(Period.parse("P3Y"), Period.parse("P30D")).on(date(2026, 11, 22))
    datetime.datetime(2023, 10, 23, 0, 0)
    """

    period: Period
    grace: Period | None = None
    calendar: Calendar | None = None

    def __str__(self) -> str:
        length = f"{self.period} and {self.grace}" if self.grace is not None else f"{self.period}"
        from_year_end = ", from the end of the year" if self.calendar == "end_of_year" else ""
        return f"{length} before today{from_year_end}"

    def on(self, day: date) -> datetime:
        """Return the moment on a day."""
        return latest_start(period=self.period, grace=self.grace, as_of=day, calendar=self.calendar)

    def sql(self, dialect: str, now: str | None = None) -> str:
        """Return its SQL expression.

        The clock stands at 00:00 of today. A period that started at 00:00 of a day may end just then, and one
        that started later on that day has not ended. So the latest start is 00:00 of the last day whose
        period ends today. Where no period ends today, it is the last moment of the last day whose period has
        ended. A period that runs from the end of the year does not depend on the hour of its start.
        """
        days = _days(dialect)
        today, tomorrow = (self._first_start(days, days.day(now or days.now, later)) for later in (0, 1))
        if self.calendar == "end_of_year":
            return days.before(tomorrow)
        return days.later_of(days.day_before(tomorrow), days.before(today))

    def _first_start(self, days: Days, end: str) -> str:
        """Return the first day whose period and grace end on a given day or later."""
        for period in (self.grace or Period(), self.period):
            months, rest = period.years * 12 + period.months, period.weeks * 7 + period.days
            end = days.days_back(end, rest) if rest else end
            end = days.months_back(end, months) if months else end
        return days.year_start(end) if self.calendar == "end_of_year" else end


def _days(dialect: str) -> Days:
    """Return what writes days in a dialect for which there are suites."""
    days = dialect_of_backend(dialect).days
    if days is None:
        raise ValueError(f"there are no expectations for {dialect}")
    return days


def moments_of(rule: RetentionRule | None) -> tuple[Moment, ...]:
    """Return the moments of a retention rule that a check may compare with, the likeliest first."""
    if rule is None:
        return ()
    periods = [p for p in (rule.max, rule.min, rule.grace) if p is not None]
    graces = dict.fromkeys((rule.grace, None))
    calendars: dict[Calendar | None, None] = dict.fromkeys((rule.calendar, None))
    return tuple(CutOff(p, g, c) for p in periods for g in graces for c in calendars)

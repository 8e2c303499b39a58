"""Moments that move with the day, as SQL: a suite that is compiled once is right on every day after.

A check is built from literals of one day. Built for several days, what differs between them is such a moment;
it is found again as one that is known here, or the check is not compiled.

Retention counts calendar months with the end of the month clamped, which neither SQLite (it carries over into
the next month) nor PostgreSQL (it clamps when it subtracts, too) does backwards. Here a period is taken back
by its adjoint: the first day whose period ends on a given day or later. Going back `n` months from a day `d`
of month `m`, that is day `d` of month `m - n`, carried over where that month has none, and no later than the
first of the month that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from auditkit.policy import RetentionRule
from auditkit.policy.period import Calendar, Period, latest_start

NOW = {"sqlite": "'now'", "postgres": "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"}
"""What today is, in UTC, by dialect; tests put a fixed day in its place."""


class Moment(Protocol):
    """A moment that moves with the day."""

    def on(self, day: date) -> datetime:
        """When it is, on a day."""
        ...

    def sql(self, dialect: str, now: str | None = None) -> str:
        """The expression for it, where `now` is the day, by default the day on which it runs."""
        ...


@dataclass(frozen=True)
class Today:
    """00:00 UTC of the day, and so much later.

    >>> Today(timedelta(days=1)).sql("sqlite")
    "DATETIME('now', 'start of day', '+86400 seconds')"
    """

    later: timedelta = timedelta()

    def __str__(self) -> str:
        return f"today + {self.later}" if self.later else "today"

    def on(self, day: date) -> datetime:
        """When it is, on a day."""
        return datetime.combine(day, time()) + self.later

    def sql(self, dialect: str, now: str | None = None) -> str:
        """The expression for it."""
        seconds, start = int(self.later.total_seconds()), now or NOW[dialect]
        if dialect == "sqlite":
            return f"DATETIME({start}, 'start of day', '{seconds:+d} seconds')"
        return f"(DATE_TRUNC('day', {start}) + INTERVAL '{seconds} seconds')"


@dataclass(frozen=True)
class CutOff:
    """The latest start that is overdue, see `latest_start`.

    >>> CutOff(Period.parse("P3Y"), Period.parse("P30D")).on(date(2026, 11, 22))
    datetime.datetime(2023, 10, 23, 0, 0)
    """

    period: Period
    grace: Period | None = None
    calendar: Calendar | None = None

    def __str__(self) -> str:
        lasted = f"{self.period} and {self.grace}" if self.grace is not None else f"{self.period}"
        return f"{lasted} before today" + (
            ", from the end of the year" if self.calendar == "end_of_year" else ""
        )

    def on(self, day: date) -> datetime:
        """When it is, on a day."""
        return latest_start(period=self.period, grace=self.grace, as_of=day, calendar=self.calendar)

    def sql(self, dialect: str, now: str | None = None) -> str:
        """The expression for it.

        The last day that ends today or earlier, at 00:00: its later hours end later. Where none ends today,
        all of the last that ended before; so too where a period runs from the end of the year, whatever the
        hour it was set running.
        """
        language: type[_SQLite] | type[_Postgres] = _SQLite if dialect == "sqlite" else _Postgres
        today, tomorrow = (
            self._first_left(language, language.day(now or NOW[dialect], later)) for later in (0, 1)
        )
        if self.calendar == "end_of_year":
            return language.before(tomorrow)
        return language.later_of(language.day_before(tomorrow), language.before(today))

    def _first_left(self, language: type[_SQLite] | type[_Postgres], end: str) -> str:
        """Return the first day whose period and grace end on a day or later."""
        for period in (self.grace or Period(), self.period):
            months, days = period.years * 12 + period.months, period.weeks * 7 + period.days
            end = language.days_back(end, days) if days else end
            end = language.months_back(end, months) if months else end
        return language.year_start(end) if self.calendar == "end_of_year" else end


class _SQLite:
    """Days are text, as `DATE` gives it: it compares as days do."""

    @staticmethod
    def shifted(day: str, *steps: str) -> str:
        """Return a day after some steps of SQLite's, which go into the call that gives the day where it is
        one.
        """
        return (
            f"DATE({day.removeprefix('DATE(').removesuffix(')') if day.startswith('DATE(') else day},"
            f" {', '.join(steps)})"
        )

    @classmethod
    def day(cls, now: str, later: int) -> str:
        return cls.shifted(now, f"'+{later} days'") if later else f"DATE({now})"

    @classmethod
    def days_back(cls, day: str, days: int) -> str:
        return cls.shifted(day, f"'-{days} days'")

    @classmethod
    def months_back(cls, day: str, months: int) -> str:
        carried = cls.shifted(day, f"'-{months} months'")
        following = cls.shifted(day, "'start of month'", f"'-{months - 1} months'")
        return f"MIN({carried}, {following})"

    @classmethod
    def year_start(cls, day: str) -> str:
        """Return the first day of the year whose end is the last before a day: what starts then, or later, is
        not over.
        """
        return cls.shifted(day, "'-1 day'", "'start of year'")

    @staticmethod
    def day_before(day: str) -> str:
        return f"DATETIME({day}, '-1 day')"

    @staticmethod
    def before(day: str) -> str:
        """Return the last second before a day: its clocks are read without fractions."""
        return f"DATETIME({day}, '-1 second')"

    @staticmethod
    def later_of(one: str, other: str) -> str:
        return f"MAX({one}, {other})"


class _Postgres:
    """Days are timestamps without a zone, at 00:00."""

    @staticmethod
    def day(now: str, later: int) -> str:
        return (
            f"(DATE_TRUNC('day', {now}) + INTERVAL '{later} days')" if later else f"DATE_TRUNC('day', {now})"
        )

    @staticmethod
    def days_back(day: str, days: int) -> str:
        return f"({day} - INTERVAL '{days} days')"

    @staticmethod
    def months_back(day: str, months: int) -> str:
        month = f"DATE_TRUNC('month', {day})"
        carried = f"{month} - INTERVAL '{months} months' + ({day} - {month})"
        return f"LEAST({carried}, {month} - INTERVAL '{months - 1} months')"

    @staticmethod
    def year_start(day: str) -> str:
        return f"DATE_TRUNC('year', {day} - INTERVAL '1 day')"

    @staticmethod
    def day_before(day: str) -> str:
        return f"({day} - INTERVAL '1 day')"

    @staticmethod
    def before(day: str) -> str:
        return f"({day} - INTERVAL '1 microsecond')"

    @staticmethod
    def later_of(one: str, other: str) -> str:
        return f"GREATEST({one}, {other})"


def moments_of(rule: RetentionRule | None) -> tuple[Moment, ...]:
    """Return the moments that a check may compare with: those of a retention rule, the likelier first."""
    if rule is None:
        return ()
    periods = [p for p in (rule.max, rule.min, rule.grace) if p is not None]
    graces = dict.fromkeys((rule.grace, None))
    calendars: dict[Calendar | None, None] = dict.fromkeys((rule.calendar, None))
    return tuple(CutOff(p, g, c) for p in periods for g in graces for c in calendars)

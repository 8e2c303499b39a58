"""Retention arithmetic: ISO 8601 periods on the Gregorian calendar, all in UTC without a zone.

A period counts days or longer. Months and years are counted on the calendar and the end of the month is
clamped (31 January and one month is 28 or 29 February), as in java.time and PostgreSQL.
"""

from __future__ import annotations

import calendar as gregorian
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeVar

Calendar = Literal["end_of_year"]
Moment = TypeVar("Moment", date, datetime)

_ISO = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_LONGEST_YEARS = 500
_LAST_MOMENT = timedelta(days=1, microseconds=-1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A length of time on the calendar, as ISO 8601 writes it.

    >>> Period.parse("P3Y6M"), str(Period(weeks=2))
    (Period(years=3, months=6, weeks=0, days=0), 'P2W')
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if min(self.years, self.months, self.weeks, self.days) < 0:
            raise ValueError("a period is not negative")
        if self.average_days > _LONGEST_YEARS * 366:
            raise ValueError(f"a period is at most {_LONGEST_YEARS} years")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that a text says.

        Raises:
            ValueError: it is no ISO 8601 period of days or longer.
        """
        if found := _ISO.fullmatch(text.strip()):
            return cls(*(int(number or 0) for number in found.groups()))
        if re.match(r"P.*T", text.strip()):
            raise ValueError(
                "a retention period counts days or longer, such as P30D: hours, minutes and seconds do"
                " not fit"
            )
        raise ValueError("expected an ISO 8601 period such as P3Y, P6M, P2W or P30D")

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        return "P" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0D")

    @property
    def average_days(self) -> float:
        """How many days it is on average: a Gregorian year has 365.2425."""
        return (self.years + self.months / 12) * 365.2425 + self.weeks * 7 + self.days

    @property
    def _steps(self) -> tuple[int, int]:
        """Months, then days."""
        return self.years * 12 + self.months, self.weeks * 7 + self.days

    def can_exceed(self, other: Period) -> bool:
        """Return whether it ends later than another period for some start; a month is longer than 30 days in
        July, not in February.

        >>> Period.parse("P4Y").can_exceed(Period.parse("P3Y")), Period.parse("P1M").can_exceed(Period.parse("P31D"))
        (True, False)
        """
        if all(mine <= theirs for mine, theirs in zip(self._steps, other._steps, strict=True)):
            return False
        # Every month with every length of February that follows or precedes it, and the century without a
        # leap day.
        starts = (date(1999, 1, 1), date(2095, 1, 1))
        days = (first + timedelta(days=n) for first in starts for n in range(10 * 366))
        return any(add(day, self) > add(day, other) for day in days)


def add(moment: Moment, period: Period) -> Moment:
    """Return a moment later by a period: first its years and months, with the end of the month clamped, then
    its weeks and days.

    What would end after the year 9999 (a sentinel such as 9999-12-31 does) ends with it.

    >>> add(date(2024, 1, 31), Period(months=1)), add(date(2024, 2, 29), Period(years=1))
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    """
    months, days = period._steps
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    try:
        day = min(moment.day, gregorian.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=days)
    except (OverflowError, ValueError):
        return type(moment).max


def earliest_end(start: datetime, period: Period, calendar: Calendar | None = None) -> datetime:
    """Return when a period ends that a start sets running: what is deleted before the end of `min` is deleted
    too early.

    With the calendar `end_of_year` the period runs from the end of the start's year, as in German commercial
    law (HGB 257(5)).

    >>> earliest_end(datetime(2020, 5, 17), Period(years=6), "end_of_year")
    datetime.datetime(2027, 1, 1, 0, 0)
    """
    if calendar == "end_of_year" and start.year < date.max.year:
        start = datetime.combine(date(start.year + 1, 1, 1), time())
    return add(start, period)


def latest_start(
    *, period: Period, as_of: date, grace: Period | None = None, calendar: Calendar | None = None
) -> datetime:
    """Return the latest start whose period and grace have ended at `as_of`: a row is overdue when its start
    is not later.

    A row is overdue when `add(start, period) + grace <= as_of`. Over days `add` is monotone, so there is one
    last day, found by bisection; the time of day is added to it. Within the clamped end of a month `add` is
    not monotone (28 January 12:00 and a month ends after 31 January 00:00 and a month), so that a start there
    may be overdue less than a day before its own end.

    Args:
        period: how long a row may be kept, the `max` of a rule.
        as_of: the moment of the audit; a date means 00:00 UTC.
        grace: how long the deletion may take after that.
        calendar: when the period starts to run, see `earliest_end`.

    >>> latest_start(period=Period(years=3), grace=Period(days=30), as_of=date(2026, 11, 22))
    datetime.datetime(2023, 10, 23, 0, 0)
    """
    now = as_of if isinstance(as_of, datetime) else datetime.combine(as_of, time())

    def end(start: datetime) -> datetime:
        return add(earliest_end(start, period, calendar), grace or Period())

    low, high = date.min.toordinal(), now.date().toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if end(_midnight(middle)) <= now else (low, middle - 1)
    last = _midnight(low)
    if end(last + _LAST_MOMENT) <= now:
        return last + _LAST_MOMENT
    return last + max(now - end(last), timedelta())


def _midnight(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), time())

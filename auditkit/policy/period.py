"""Retention periods: ISO 8601 durations on the Gregorian calendar. Every moment is in UTC, without a zone.

The smallest unit is a day. Months and years are counted on the calendar, and the end of the month is clamped,
as in java.time and PostgreSQL: 31 January plus one month is 28 or 29 February.
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
            raise ValueError("a period cannot be negative")
        if self.average_days > _LONGEST_YEARS * 366:
            raise ValueError(f"a period cannot be longer than {_LONGEST_YEARS} years")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that a text declares.

        Raises:
            ValueError: the text is not an ISO 8601 period of days or longer.
        """
        if found := _ISO.fullmatch(text.strip()):
            return cls(*(int(number or 0) for number in found.groups()))
        if re.match(r"P.*T", text.strip()):
            raise ValueError(
                "expected a period of days or longer, such as P30D: hours, minutes and seconds are not"
                " possible"
            )
        raise ValueError("expected an ISO 8601 period such as P3Y, P6M, P2W or P30D")

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        return "P" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0D")

    @property
    def average_days(self) -> float:
        """The length in days, on average: a Gregorian year has 365.2425."""
        return (self.years + self.months / 12) * 365.2425 + self.weeks * 7 + self.days

    @property
    def _steps(self) -> tuple[int, int]:
        """The length as months, then days."""
        return self.years * 12 + self.months, self.weeks * 7 + self.days

    def can_exceed(self, other: Period) -> bool:
        """Return whether this period ends later than another one for some start.

        A month ends later than 30 days when it starts in July, but not when it starts in February.

        >>> month = Period.parse("P1M")
        >>> month.can_exceed(Period.parse("P30D")), month.can_exceed(Period.parse("P31D"))
        (True, False)
        """
        if all(mine <= theirs for mine, theirs in zip(self._steps, other._steps, strict=True)):
            return False
        # These years combine every month with every length of February before and after it; 2100 has no leap
        # day.
        starts = (date(1999, 1, 1), date(2095, 1, 1))
        days = (first + timedelta(days=n) for first in starts for n in range(10 * 366))
        return any(add(day, self) > add(day, other) for day in days)


def add(moment: Moment, period: Period) -> Moment:
    """Return a moment plus a period.

    Years and months are added first, and the end of the month is clamped; then weeks and days are added. The
    result is never later than the year 9999, so that a sentinel such as 9999-12-31 raises no error.

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
    """Return the moment at which a period ends, for a row with this start.

    With the calendar `end_of_year` the period starts at the end of the year of the start, as in German
    commercial law (HGB 257(5)).

    >>> earliest_end(datetime(2020, 5, 17), Period(years=6), "end_of_year")
    datetime.datetime(2027, 1, 1, 0, 0)
    """
    if calendar == "end_of_year" and start.year < date.max.year:
        start = datetime.combine(date(start.year + 1, 1, 1), time())
    return add(start, period)


def latest_start(
    *, period: Period, as_of: date, grace: Period | None = None, calendar: Calendar | None = None
) -> datetime:
    """Return the latest start of a row that is overdue at `as_of`; a row with a later start is not overdue.

    A row is overdue when `add(start, period) + grace <= as_of`. From day to day `add` never decreases, so
    there is one last day, and bisection finds it. Then the time of day is added. At the clamped end of a
    month `add` can decrease: 28 January 12:00 plus a month is later than 31 January 00:00 plus a month. A row
    with such a start can count as overdue less than a day too early.

    Args:
        period: how long a row may be kept, the `max` of a rule.
        as_of: the moment of the audit; a date means 00:00 UTC.
        grace: how long the deletion may take after that.
        calendar: when the period starts, see `earliest_end`.

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

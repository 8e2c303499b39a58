"""Retention periods: ISO 8601 durations on the Gregorian calendar. Every moment is in UTC, without a zone.

Months and years are counted on the calendar, and the end of the month is clamped, as in java.time and
PostgreSQL: 31 January plus one month is 28 or 29 February. Working days are Monday to Friday.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from auditkit.policy.calendar import Calendar

Moment = TypeVar("Moment", date, datetime)

_ISO = re.compile(
    r"P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?", re.ASCII
)
_WORKING = re.compile(r"(\d+) (?:working|business)[ -]days?", re.ASCII)
_LONGEST_YEARS = 500
_LAST_MOMENT = timedelta(days=1, microseconds=-1)
_DAY = timedelta(days=1)
_SATURDAY, _WEEK = 5, 7


@dataclass(frozen=True)
class Period:
    """A length of time on the calendar, as ISO 8601 writes it, or a number of working days.

    >>> Period.parse("P3Y6M"), str(Period(weeks=2)), str(Period.parse("10 working days"))
    (Period(years=3, months=6), 'P2W', '10 working days')
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    working_days: int = 0

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0:
            raise ValueError("a period cannot be negative")
        if self.average_days > _LONGEST_YEARS * 366:
            raise ValueError(f"a period cannot be longer than {_LONGEST_YEARS} years")

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={number}" for name, number in vars(self).items() if number)
        return f"Period({parts})"

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that a text declares.

        Raises:
            ValueError: the text is not an ISO 8601 period, nor a number of working days.
        """
        if found := _ISO.fullmatch(text.strip()):
            return cls(*(int(number or 0) for number in found.groups()))
        if found := _WORKING.fullmatch(text.strip()):
            return cls(working_days=int(found[1]))
        raise ValueError(
            "expected an ISO 8601 period such as P3Y, P6M, P2W, P30D or PT72H, or `10 working days`"
        )

    def __str__(self) -> str:
        if self.working_days:
            return f"{self.working_days} working {'day' if self.working_days == 1 else 'days'}"
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        days = "".join(f"{number}{unit}" for number, unit in parts if number)
        clock = ((self.hours, "H"), (self.minutes, "M"))
        within = "".join(f"{number}{unit}" for number, unit in clock if number)
        return "P" + (days + (f"T{within}" if within else "") or "0D")

    @property
    def average_days(self) -> float:
        """The length in days, on average: a Gregorian year has 365.2425."""
        working = self.working_days * _WEEK / _SATURDAY
        within = (self.hours + self.minutes / 60) / 24
        return (self.years + self.months / 12) * 365.2425 + self.weeks * 7 + self.days + working + within

    @property
    def within_days(self) -> timedelta:
        """The part that is shorter than a day."""
        return timedelta(hours=self.hours, minutes=self.minutes)

    @property
    def steps(self) -> tuple[int, int, int, timedelta]:
        """The length as months, then days, then working days, then hours."""
        return self.years * 12 + self.months, self.weeks * 7 + self.days, self.working_days, self.within_days

    def can_exceed(self, other: Period) -> bool:
        """Return whether this period ends later than another one for some start.

        A month ends later than 30 days when it starts in July, but not when it starts in February.

        >>> month = Period.parse("P1M")
        >>> month.can_exceed(Period.parse("P30D")), month.can_exceed(Period.parse("P31D"))
        (True, False)
        """
        numbers = zip(self.steps[:3], other.steps[:3], strict=True)
        if all(mine <= theirs for mine, theirs in numbers) and self.within_days <= other.within_days:
            return False
        # These years combine every month with every length of February before and after it; 2100 has no leap
        # day.
        starts = (datetime(1999, 1, 1), datetime(2095, 1, 1))  # noqa: DTZ001  every clock is UTC
        days = (first + timedelta(days=n) for first in starts for n in range(10 * 366))
        return any(add(day, self) > add(day, other) for day in days)


def add(moment: Moment, period: Period) -> Moment:
    """Return a moment plus a period.

    Years and months are added first, and the end of the month is clamped; then days, working days and hours
    are added. The result is never later than the year 9999, so that a sentinel such as 9999-12-31 raises no
    error. A date has no hours, so they are left out.

    >>> add(date(2024, 1, 31), Period(months=1)), add(date(2024, 2, 29), Period(years=1))
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    >>> add(date(2026, 11, 27), Period(working_days=1))  # from a Friday to the Monday after it
    datetime.date(2026, 11, 30)
    """
    months, days, working, within = period.steps
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    try:
        day = min(moment.day, gregorian.monthrange(year, month + 1)[1])
        then = moment.replace(year=year, month=month + 1, day=day) + timedelta(days=days)
        return then + timedelta(days=_working(then.weekday(), working)) + within
    except (OverflowError, ValueError):
        return type(moment).max


def _working(weekday: int, days: int) -> int:
    """Return after how many days so many working days have passed; a weekend counts as its Friday."""
    if not days:
        return 0
    since_friday = max(0, weekday - _SATURDAY + 1)
    weeks, rest = divmod(min(weekday, _SATURDAY - 1) + days, _SATURDAY)
    return weeks * _WEEK + rest - min(weekday, _SATURDAY - 1) - since_friday


def earliest_end(start: datetime, period: Period, calendar: Calendar | None = None) -> datetime:
    """Return the moment at which a period ends, for a row with this start.

    With a calendar the period starts at the end of the month, the quarter or the year of the start, as in
    German commercial law (HGB 257(5)).

    >>> earliest_end(datetime(2020, 5, 17), Period(years=6), Calendar("year"))
    datetime.datetime(2027, 1, 1, 0, 0)
    """
    return add(calendar.after(start) if calendar is not None else start, period)


def latest_start(
    *,
    period: Period,
    as_of: date,
    grace: Period | None = None,
    calendar: Calendar | None = None,
    first: Sequence[Period] = (),
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
        first: what the clock itself adds to a column before that, as in `birth_date + P28Y`.

    >>> latest_start(period=Period(years=3), grace=Period(days=30), as_of=date(2026, 11, 22))
    datetime.datetime(2023, 10, 23, 0, 0)
    """
    now = as_of if isinstance(as_of, datetime) else datetime.combine(as_of, time())

    def has_ended(start: datetime) -> bool:
        for own in first:
            start = add(start, own)
        return add(earliest_end(start, period, calendar), grace or Period()) <= now

    low, high = date.min.toordinal(), now.date().toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if has_ended(_midnight(middle)) else (low, middle - 1)
    last = _midnight(low)
    if has_ended(last + _LAST_MOMENT):
        return last + _LAST_MOMENT
    early, late = 0, _LAST_MOMENT // timedelta(microseconds=1)
    while early < late:
        middle = (early + late + 1) // 2
        ended = has_ended(last + timedelta(microseconds=middle))
        early, late = (middle, late) if ended else (early, middle - 1)
    return last + timedelta(microseconds=early)


def _midnight(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), time())

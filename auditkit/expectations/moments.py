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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import product
from typing import Protocol

from auditkit.dataset.dialect import Days
from auditkit.dataset.engines import dialect_of_backend
from auditkit.facts.retention.rule import Rule
from auditkit.policy.calendar import Calendar
from auditkit.policy.clock import leaves
from auditkit.policy.period import Period, latest_start

_LONGEST_MONTH = 31
_MOST_NESTED = 3
"""How many steps stand inside each other: the parser of SQLite has no room for many."""

Step = Callable[[str], str]
"""What gives the SQL of an earlier day for the SQL of a day."""


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
    first: tuple[Period, ...] = ()

    def __str__(self) -> str:
        length = f"{self.period} and {self.grace}" if self.grace is not None else f"{self.period}"
        from_end = f", from {self.calendar}" if self.calendar is not None else ""
        own = f", after {', '.join(map(str, self.first))}" if self.first else ""
        return f"{length} before today{from_end}{own}"

    @property
    def of_days(self) -> bool:
        """Whether every part is of whole days, so that SQL can count it."""
        return not any(period.within_days for period in self._periods)

    @property
    def _periods(self) -> tuple[Period, ...]:
        return (*self.first, self.period, self.grace or Period())

    def on(self, day: date) -> datetime:
        """Return the moment on a day."""
        return latest_start(
            period=self.period, grace=self.grace, as_of=day, calendar=self.calendar, first=self.first
        )

    def sql(self, dialect: str, now: str | None = None) -> str:
        """Return its SQL expression.

        The clock stands at 00:00 of today. A period that started at 00:00 of a day may end just then, and one
        that started later on that day has not ended. So the latest start is 00:00 of the last day whose
        period ends today. Where no period ends today, it is the last moment of the last day whose period has
        ended. A period that runs from the end of a month or a year does not depend on the hour of its start.
        """
        days = _days(dialect)
        today, tomorrow = (self._first_start(days, days.day(now or days.now, later)) for later in (0, 1))
        if self.calendar is not None:
            return days.before(tomorrow)
        return days.later_of(days.day_before(tomorrow), days.before(today))

    def _first_start(self, days: Days, end: str) -> str:
        """Return the first day whose period and grace end on a given day or later."""
        steps = [*_back(days, self.grace or Period()), *_back(days, self.period)]
        if self.calendar is not None:
            month, day = self.calendar.first_day
            unit = self.calendar.unit
            steps.append(lambda end: days.calendar_start(end, unit, month - 1, day - 1))
        for period in reversed(self.first):
            steps += _back(days, period)
        return _one_by_one(end, steps)


def _back(days: Days, period: Period) -> Iterator[Step]:
    """Yield the steps to the first day from which a period ends on a day or later."""
    months, rest, working, _ = period.steps
    if working:
        yield lambda end: days.working_days_back(end, working)
    if rest:
        yield lambda end: days.days_back(end, rest)
    if months:
        yield lambda end: days.months_back(end, months)


def _one_by_one(day: str, steps: Sequence[Step]) -> str:
    """Return a day after some steps; many follow each other, because each may repeat what it is given.

    >>> _one_by_one("a", [lambda day: f"f({day})"] * 2)
    'f(f(a))'
    >>> _one_by_one("a", [lambda day: f"f({day})"] * 4)[:58]
    '(WITH d0(day) AS (SELECT a), d1(day) AS (SELECT f(day) FRO'
    """
    if len(steps) <= _MOST_NESTED:
        return reduce(lambda end, step: step(end), steps, day)
    after = [f"d{n}(day) AS (SELECT {step('day')} FROM d{n - 1})" for n, step in enumerate(steps, 1)]
    return f"(WITH d0(day) AS (SELECT {day}), {', '.join(after)} SELECT day FROM d{len(steps)})"


def _days(dialect: str) -> Days:
    """Return what writes days in a dialect for which there are suites."""
    days = dialect_of_backend(dialect).days
    if days is None:
        raise ValueError(f"there are no expectations for {dialect}")
    return days


def moments_of(rule: Rule | None) -> tuple[CutOff, ...]:
    """Return the moments of a retention rule that a check may compare with, the likeliest first."""
    if rule is None or rule.clock is None:
        return ()
    stated = (rule.period, *(rule.stated(key) for key in ("residence", "min", "grace")))
    periods = dict.fromkeys(p for p in stated if isinstance(p, Period))
    graces, calendars = _choices(rule)
    firsts = dict.fromkeys(leaf.periods for leaf in leaves(rule.clock))
    found = (CutOff(p, g, c, f) for p in periods for g in graces for c in calendars for f in firsts)
    return tuple(moment for moment in found if moment.of_days)


def _choices(rule: Rule | None) -> tuple[Sequence[Period | None], Sequence[Calendar | None]]:
    """Return the graces and the calendars with which a moment of a rule may be counted."""
    if rule is None:
        return (None,), (None,)
    graces = dict.fromkeys((rule.stated("grace"), None))
    return tuple(graces), tuple(dict.fromkeys((rule.stated("calendar"), None)))


def counted(values: Sequence[datetime], days: Sequence[date], rule: Rule | None) -> CutOff | None:
    """Return the cut-off of months and days that has some values on some days, or None.

    A column of periods, and a condition with a relative day, name periods that no rule states.
    """
    span = (datetime.combine(days[0], time()) - values[0]).days
    graces, calendars = _choices(rule)
    likely = range(max(0, span // 31 - 14), max(0, span // 28) + 2)
    for grace, calendar, months in product(graces, calendars, dict.fromkeys((0, *likely))):
        years, rest = divmod(months, 12)
        near = (CutOff(Period(years, rest), grace, calendar).on(days[0]) - values[0]).days
        for more in {near - 1, near, near + 1} if months == 0 or near <= _LONGEST_MONTH else ():
            moment = CutOff(Period(years, rest, 0, max(0, more)), grace, calendar)
            if moment.of_days and all(moment.on(d) == v for d, v in zip(days, values, strict=True)):
                return moment
    return None

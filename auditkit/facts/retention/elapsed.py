"""Whether a period has ended, as an expression over rows that each have an end of their own.

It is the arithmetic of `auditkit.policy.period`: months and years on the calendar, with the end of the month
clamped, and then days. It uses whole numbers, which every engine computes alike. Intervals of months do not
serve: some engines clamp them, others carry them over. Weekends and calendars are counted in the same way.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.policy.calendar import Calendar
from auditkit.policy.period import Period

_DAY = 86_400
_SHORTEST_MONTH = 28
_A_MONDAY = 6
"""The number of a Monday, as `_days` counts."""


def before_end(
    moment: ir.TimestampValue, start: ir.TimestampValue, period: Period, calendar: Calendar | None = None
) -> ir.BooleanValue:
    """Return whether a moment is before the end of a period that begins at a start; null where either is.

    It is `moment < earliest_end(start, period, calendar)`, to the second.

    >>> days = ibis.memtable({"at": ["2025-02-27", "2025-02-28"], "start": ["2024-02-29"] * 2})
    >>> deleted = days.cast({"at": "timestamp", "start": "timestamp"})
    >>> deleted.filter(before_end(deleted.at, deleted.start, Period(years=1))).count().execute()
    1
    """
    year, month, day, seconds = start.year(), start.month(), start.day(), _seconds(start)
    months, days, working, within = period.steps
    if calendar is not None:
        _, first_day = calendar.first_day
        whole = _after(calendar, year * 12 + (month - 1), day) + months
        year, month = _divided(whole, 12), (whole % 12) + 1
        latest = ibis.literal(first_day)
        day = ibis.least(latest, _length(year, month)) if first_day > _SHORTEST_MONTH else latest
        seconds = ibis.literal(0)
    elif months:
        whole = year * 12 + (month - 1) + months
        year, month = _divided(whole, 12), (whole % 12) + 1
        day = ibis.least(day, _length(year, month))
    end_day = _days(year, month, day) + days
    end_day = end_day + _working(end_day, working) if working else end_day
    if within:
        seconds = seconds + int(within.total_seconds()) % _DAY
        over = (seconds >= _DAY).ifelse(1, 0)
        end_day, seconds = end_day + int(within.total_seconds()) // _DAY + over, seconds - over * _DAY
    now = _days(moment.year(), moment.month(), moment.day())
    return (now < end_day) | ((now == end_day) & (_seconds(moment) < seconds))


def _after(calendar: Calendar, month: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """Return the month after the month, quarter or year of a day; see `Calendar.after`.

    Months are counted from the year 0 on.
    """
    first_month, first_day = calendar.first_day
    begun = month - (day < first_day).ifelse(1, 0) if first_day > 1 else month
    shift = (first_month - 1) % calendar.months
    return _divided(begun - shift, calendar.months) * calendar.months + calendar.months + shift


def _working(day: ir.IntegerValue, working: int) -> ir.IntegerValue:
    """Return after how many days so many working days have passed; a weekend counts as its Friday."""
    weekday = (day - _A_MONDAY) % 7
    on = ibis.least(weekday, 4)
    return _divided(on + working, 5) * 7 + (on + working) % 5 - weekday


def _divided(number: ir.IntegerValue, by: int) -> ir.IntegerValue:
    return (number / by).floor().cast("int64")


def _seconds(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Return how many seconds of its day have passed at a moment."""
    return (moment.hour() * 60 + moment.minute()) * 60 + moment.second()


def _length(year: ir.IntegerValue, month: ir.IntegerValue) -> ir.IntegerValue:
    """Return how many days a month of the Gregorian calendar has."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return ibis.cases((month.isin([4, 6, 9, 11]), 30), ((month == 2) & leap, 29), (month == 2, 28), else_=31)


def _days(year: ir.IntegerValue, month: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """Return the number of a day, counted in years that begin in March, so that a leap day is the last."""
    early = ibis.cases((month <= 2, 1), else_=0)
    years, months = year - early, month - 3 + 12 * early
    whole = [(years / divisor).floor().cast("int64") for divisor in (4, 100, 400)]
    within = ((months * 153 + 2) / 5).floor().cast("int64") + day
    return years * 365 + whole[0] - whole[1] + whole[2] + within

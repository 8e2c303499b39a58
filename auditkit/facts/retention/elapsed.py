"""Whether a period has ended, as an expression over rows that each have an end of their own.

It is the arithmetic of `auditkit.policy.period`: months and years on the calendar, with the end of the month
clamped, and then days. It uses whole numbers, which every engine computes alike. Intervals of months do not
serve: some engines clamp them, others carry them over.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.policy.period import Calendar, Period


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
    if calendar == "end_of_year":
        year, month, day, seconds = year + 1, ibis.literal(1), ibis.literal(1), ibis.literal(0)
    whole = year * 12 + (month - 1) + period.years * 12 + period.months
    end_year, end_month = (whole / 12).floor().cast("int64"), (whole % 12) + 1
    end_day = (
        _days(end_year, end_month, ibis.least(day, _length(end_year, end_month)))
        + period.weeks * 7
        + period.days
    )
    now = _days(moment.year(), moment.month(), moment.day())
    return (now < end_day) | ((now == end_day) & (_seconds(moment) < seconds))


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

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditkit.policy.calendar import Calendar
from auditkit.policy.period import Period, add, earliest_end, latest_start

NONE = Period()
DAY = timedelta(days=1)

periods = st.builds(
    Period, st.integers(0, 30), st.integers(0, 40), st.integers(0, 60), st.integers(0, 800)
) | st.builds(Period, hours=st.integers(0, 900), minutes=st.integers(0, 90), months=st.integers(0, 3))
working = st.builds(Period, working_days=st.integers(0, 400))
graces = st.none() | st.builds(Period, months=st.integers(0, 3), days=st.integers(0, 90))
calendars = st.none() | st.sampled_from(
    [
        Calendar("month"),
        Calendar("quarter"),
        Calendar("year"),
        Calendar("year", 3, 31),
        Calendar("year", 4, 5),
    ]
)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
# The ends of months, 29 February above all, are where calendars go wrong.
month_ends = st.builds(
    lambda y, m, back: date(y + m // 12, m % 12 + 1, 1) - back * DAY,
    st.integers(1950, 2090),
    st.integers(0, 11),
    st.integers(0, 4),
)
starts = st.builds(lambda d: datetime(d.year, d.month, d.day), days | month_ends)
moments = st.builds(lambda d, s: d + timedelta(seconds=s), starts, st.integers(0, 86_399))


def end(start, period, grace, calendar):
    return add(earliest_end(start, period, calendar), grace or NONE)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("P3Y", (3, 0, 0, 0)),
        ("P6M", (0, 6, 0, 0)),
        ("P2W", (0, 0, 2, 0)),
        ("P30D", (0, 0, 0, 30)),
        ("P1Y2M3W4D", (1, 2, 3, 4)),
        ("P0D", (0, 0, 0, 0)),
    ],
)
def test_iso_8601_is_read(text, parts):
    assert Period.parse(text) == Period(*parts)
    assert str(Period(*parts)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "3Y",
        "P3",
        "P-3Y",
        "P1.5Y",
        "PT",
        "P1DT",
        "PT3S",
        "working days",
        "3 days",
        "P3Y ago",
        "p3y",
        "P3M2Y",
        "P٣Y",
        "P9999Y",
    ],
)
def test_a_text_that_is_not_a_period_is_refused(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


@given(periods | working.filter(lambda p: p.working_days > 0))
def test_a_period_is_read_as_it_was_written(period):
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "start, period, then",
    [
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2023, 1, 31), "P1M", date(2023, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2024, 12, 31), "P2M1D", date(2025, 3, 1)),
        (date(2024, 10, 15), "P3M", date(2025, 1, 15)),
        (datetime(2024, 1, 31, 10, 30), "P1M", datetime(2024, 2, 29, 10, 30)),
        (datetime(9999, 12, 31), "P1D", datetime.max),
        (datetime(2026, 11, 27, 15), "PT72H", datetime(2026, 11, 30, 15)),
        (datetime(2026, 11, 27, 15), "P1DT30M", datetime(2026, 11, 28, 15, 30)),
        (date(2026, 11, 27), "1 working day", date(2026, 11, 30)),
        (date(2026, 11, 28), "1 business day", date(2026, 11, 30)),
        (date(2026, 11, 26), "10 working days", date(2026, 12, 10)),
    ],
)
def test_adding_follows_the_calendar(start, period, then):
    assert add(start, Period.parse(period)) == then


@given(starts, starts, periods)
def test_adding_to_days_is_monotone(a, b, period):
    earlier, later = sorted((a, b))
    assert add(earlier, period) <= add(later, period)


@given(starts, periods, graces, calendars, starts)
@example(datetime(2024, 2, 29), Period(years=1), None, None, datetime(2025, 2, 28))
@example(datetime(2026, 1, 31), Period(months=1), None, None, datetime(2026, 2, 28))
@example(datetime(2023, 10, 23), Period(years=3), Period(days=30), None, datetime(2026, 11, 22))
def test_a_day_is_overdue_exactly_when_it_is_not_later_than_the_latest_start(
    start, period, grace, calendar, as_of
):
    latest = latest_start(period=period, grace=grace, as_of=as_of.date(), calendar=calendar)
    assert (start <= latest) == (end(start, period, grace, calendar) <= as_of)


@given(moments, periods, graces, calendars, starts)
def test_a_moment_that_is_overdue_is_found_and_one_that_is_not_is_never_called_so_a_day_early(
    start, period, grace, calendar, as_of
):
    latest = latest_start(period=period, grace=grace, as_of=as_of.date(), calendar=calendar)
    if end(start, period, grace, calendar) <= as_of:
        assert start <= latest
    if start <= latest:
        assert end(start, period, grace, calendar) < as_of + DAY


@given(periods, graces, calendars, moments)
def test_the_latest_start_is_the_last_moment_that_is_overdue(period, grace, calendar, as_of):
    latest = latest_start(period=period, grace=grace, as_of=as_of, calendar=calendar)
    assert end(latest, period, grace, calendar) <= as_of
    assert end(latest + timedelta(microseconds=1), period, grace, calendar) > as_of


@given(periods, graces, calendars, starts, starts)
def test_what_is_overdue_stays_overdue(period, grace, calendar, a, b):
    earlier, later = sorted((a, b))
    at = lambda now: latest_start(period=period, grace=grace, as_of=now.date(), calendar=calendar)
    assert at(earlier) <= at(later)


@given(periods, periods, calendars, starts, starts)
def test_a_row_is_never_overdue_and_too_young_to_be_deleted(minimum, maximum, calendar, start, now):
    if minimum.can_exceed(maximum):
        return
    overdue = start <= latest_start(period=maximum, as_of=now.date(), calendar=calendar)
    premature = now < earliest_end(start, minimum, calendar)
    assert not (overdue and premature)


@pytest.mark.parametrize(
    "minimum, maximum, exceeds",
    [
        ("P3Y", "P3Y", False),
        ("P6M", "P3Y", False),
        ("P4Y", "P3Y", True),
        ("P31D", "P1M", True),
        ("P28D", "P1M", False),
        ("P1M", "P31D", False),
        ("P1M", "P30D", True),
    ],
)
def test_a_minimum_is_compared_with_a_maximum_on_the_calendar(minimum, maximum, exceeds):
    assert Period.parse(minimum).can_exceed(Period.parse(maximum)) is exceeds


def test_at_the_end_of_the_year_every_start_of_it_counts_alike():
    latest = latest_start(period=Period(years=6), as_of=date(2027, 1, 1), calendar=Calendar("year"))
    assert latest == datetime(2020, 12, 31, 23, 59, 59, 999_999)


@given(periods)
def test_the_average_is_within_three_days_of_the_calendar(period):
    start = date(2001, 1, 1)
    assert abs((add(start, period) - start).days - period.average_days) < 3


@given(starts, st.integers(0, 60))
def test_working_days_are_counted_one_by_one(start, number):
    day = start
    for _ in range(number):
        day += DAY
        while day.weekday() > 4:
            day += DAY
    assert add(start, Period(working_days=number)) == day


@given(starts, starts, working)
def test_adding_working_days_is_monotone(a, b, period):
    earlier, later = sorted((a, b))
    assert add(earlier, period) <= add(later, period)


@given(moments, calendars.filter(bool))
def test_the_period_starts_after_the_start_and_at_the_next_end(start, calendar):
    first = calendar.after(start)
    assert start < first
    assert calendar.after(first - timedelta(microseconds=1)) == first
    assert (first - start).days <= {"month": 31, "quarter": 92, "year": 366}[calendar.unit]


@pytest.mark.parametrize(
    "stated, start, first",
    [
        ("end_of_month", datetime(2026, 1, 31, 8), datetime(2026, 2, 1)),
        ("end_of_quarter", datetime(2026, 5, 17), datetime(2026, 7, 1)),
        ("end_of_year", datetime(2026, 5, 17), datetime(2027, 1, 1)),
        ({"end_of_year": "03-31"}, datetime(2026, 3, 31, 23), datetime(2026, 4, 1)),
        ({"end_of_year": "03-31"}, datetime(2026, 4, 1), datetime(2027, 4, 1)),
        ({"end_of_year": "02-28"}, datetime(2028, 2, 29), datetime(2028, 3, 1)),
    ],
)
def test_a_calendar_is_read_and_says_when_a_period_starts(stated, start, first):
    calendar = Calendar.parse(stated)
    assert calendar.after(start) == first
    assert Calendar.parse(calendar.stated) == calendar


@pytest.mark.parametrize(
    "stated", ["end_of_week", {"end_of_year": "13-01"}, {"end_of_month": "03-31"}, {}, 3]
)
def test_what_is_no_calendar_is_refused(stated):
    with pytest.raises(ValueError, match="end_of_year"):
        Calendar.parse(stated)


@given(starts, st.lists(periods, max_size=2), periods, graces, calendars, starts)
def test_what_a_clock_adds_comes_before_the_period(start, first, period, grace, calendar, as_of):
    latest = latest_start(
        period=period, grace=grace, as_of=as_of.date(), calendar=calendar, first=tuple(first)
    )
    then = start
    for own in first:
        then = add(then, own)
    if end(then, period, grace, calendar) <= as_of:
        assert start <= latest

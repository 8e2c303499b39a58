"""A cut-off in SQL is the one that an audit computes, on every day."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditkit.expectations.moments import CutOff, Today
from auditkit.policy.calendar import Calendar
from auditkit.policy.period import Period

DAYS = st.dates(date(1996, 1, 1), date(2104, 12, 31)) | st.sampled_from(
    [
        date(y, m, 1) + timedelta(days=n)
        for y in (2023, 2024, 2100)
        for m in (1, 3, 5, 12)
        for n in range(-4, 3)
    ]
)
PERIODS = st.builds(
    Period,
    st.integers(0, 12),
    st.integers(0, 30),
    st.integers(0, 3),
    st.integers(0, 400),
    working_days=st.just(0) | st.integers(1, 30),
)
CALENDARS = st.none() | st.sampled_from(
    [
        Calendar("month"),
        Calendar("quarter"),
        Calendar("year"),
        Calendar("year", 3, 31),
        Calendar("year", 4, 5),
    ]
)
CUT_OFFS = st.builds(CutOff, PERIODS, st.none() | PERIODS, CALENDARS, st.just(()) | st.tuples(PERIODS))
DEEPEST = CutOff(
    Period(1, 0, 1, 1, working_days=1), Period(1, 0, 1, 1, working_days=1), Calendar("quarter"),
    (Period(1, 0, 1, 1, working_days=1),),
)  # fmt: skip
"""A cut-off with every step."""


@pytest.fixture(scope="module")
def sqlite():
    with sqlite3.connect(":memory:") as connection:
        yield connection


@pytest.fixture(scope="module")
def postgres(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("SET TimeZone = 'America/New_York'")  # the moments are those of UTC all the same
        yield connection


@given(CUT_OFFS, DAYS)
@example(DEEPEST, date(2022, 12, 28))
def test_on_sqlite(sqlite, cut_off, day):
    ((found,),) = sqlite.execute(f"SELECT {cut_off.sql('sqlite', repr(day.isoformat()))}")
    assert found == str(cut_off.on(day).replace(microsecond=0))


@given(CUT_OFFS, DAYS)
def test_on_postgres(postgres, cut_off, day):
    ((found,),) = postgres.execute(f"SELECT {cut_off.sql('postgres', 'TIMESTAMP ' + repr(str(day)))}")
    assert found == cut_off.on(day)


@given(st.integers(-400, 400), DAYS)
def test_days_from_today(sqlite, postgres, days, day):
    moment = Today(timedelta(days=days))
    ((lite,),) = sqlite.execute(f"SELECT {moment.sql('sqlite', repr(str(day)))}")
    ((pg,),) = postgres.execute(f"SELECT {moment.sql('postgres', 'TIMESTAMP ' + repr(str(day)))}")
    assert (lite, pg) == (str(moment.on(day)), moment.on(day))


def test_today_is_that_of_utc(sqlite, postgres):
    ((lite,),) = sqlite.execute(f"SELECT {Today().sql('sqlite')}")
    ((pg, utc),) = postgres.execute(
        f"SELECT {Today().sql('postgres')}, CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS DATE)"
    )
    assert str(pg)[:10] == str(utc)
    assert lite[11:] == "00:00:00"

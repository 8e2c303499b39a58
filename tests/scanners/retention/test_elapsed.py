"""The arithmetic in SQL is that in Python, on every engine."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.dataset.clock import clock
from auditkit.facts.retention.elapsed import before_end
from auditkit.policy.calendar import Calendar
from auditkit.policy.period import Period, add, earliest_end

NONE = Period()
EVERY = ("P0D", "P1D", "P1M", "P11M", "P1Y", "P6Y", "P2W3D", "P1Y1M1D", "PT72H", "P1MT30M", "3 working days")
DAYS = [
    datetime(y, m, d)
    for y in (1999, 2000, 2023, 2024, 2100)
    for m, d in ((1, 1), (1, 31), (2, 28), (3, 1), (8, 31), (12, 31))
] + [datetime(2024, 2, 29)]


@pytest.mark.parametrize("calendar", [None, Calendar("quarter"), Calendar("year", 3, 31)])
def test_it_agrees_on_every_engine_at_every_end_of_a_month(source, calendar):
    every = EVERY if calendar is None else EVERY[:-1]
    rows, expected = [], dict.fromkeys(every, 0)
    for start in DAYS:
        for text in every:
            end = earliest_end(start + timedelta(hours=8), Period.parse(text), calendar)
            for off in (-86_400, -1, 0, 1, 86_400):
                rows.append(
                    {
                        "id": len(rows),
                        "p": text,
                        "start": start + timedelta(hours=8),
                        "at": end + timedelta(seconds=off),
                    }
                )
                expected[text] += off < 0
    with auditkit.open(source({"t": rows})) as dataset:
        t = dataset.tables["t"]
        early = {
            p: t.count(
                where=(t.p == p)
                & before_end(clock(t["at"]).moment, clock(t.start).moment, Period.parse(p), calendar)
            )
            for p in every
        }
        assert dataset.fetch(t.aggregate(**early))[0] == expected


moments = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)).map(lambda m: m.replace(microsecond=0))
periods = st.builds(
    Period,
    st.integers(0, 30),
    st.integers(0, 40),
    st.integers(0, 60),
    st.integers(0, 800),
    st.integers(0, 100),
    working_days=st.integers(0, 30),
)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(moments, st.integers(-3, 3)), min_size=1, max_size=40),
    periods,
    st.sampled_from([None, Calendar("month"), Calendar("quarter"), Calendar("year"), Calendar("year", 4, 5)]),
)
def test_it_agrees_with_python(drawn, period, calendar):
    import ibis

    rows = [(start, earliest_end(start, period, calendar) + timedelta(seconds=off)) for start, off in drawn]
    t = ibis.memtable({"start": [s for s, _ in rows], "at": [a for _, a in rows]}).cast(
        {"start": "timestamp", "at": "timestamp"}
    )
    early = t.count(where=before_end(t["at"], t.start, period, calendar)).execute()
    assert early == sum(at < earliest_end(start, period, calendar) for start, at in rows)
    assert add(rows[0][0], NONE) == rows[0][0]

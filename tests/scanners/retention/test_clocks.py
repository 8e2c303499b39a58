"""The end of a clock of several columns is what Python computes from the end of each."""

from __future__ import annotations

from datetime import datetime

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.facts.retention.clocks import START, UNREADABLE, has_ended
from auditkit.facts.retention.rule import Rule
from auditkit.policy import Period, RetentionRule
from auditkit.policy.clock import Chosen, Later
from auditkit.policy.column import Column
from auditkit.policy.period import add, latest_start

NOW, LAST = datetime(2026, 11, 29), Period(months=6)
days = st.none() | st.datetimes(datetime(2018, 1, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0)
)
shapes = st.sampled_from(["latest", "earliest", "first_of"])
periods = st.none() | st.builds(Period, st.integers(0, 3), st.integers(0, 14), days=st.integers(0, 40))


def end(clock, row):
    match clock:
        case Column():
            return row[clock.name]
        case Later():
            inner = end(clock.clock, row)
            return add(inner, clock.period) if inner is not None else None
    found = [e for one in clock.clocks if (e := end(one, row)) is not None]
    if not found:
        return None
    return {"latest": max, "earliest": min, "first_of": lambda ends: ends[0]}[clock.how](found)


def plus(clock, period):
    return clock if period is None else Later(clock, period)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(days, days, days), min_size=1, max_size=30), shapes, shapes, st.tuples(*[periods] * 4)
)
def test_it_has_ended_when_its_last_day_is_over(drawn, outer, inner, own):
    a, b, c = (plus(Column(name), period) for name, period in zip("abc", own, strict=False))
    clock = Chosen(outer, (plus(Chosen(inner, (a, b)), own[3]), c))
    rule = Rule("t", RetentionRule(start=clock, max=LAST), ())
    columns = {f"{START}_{i}": [row[i] for row in drawn] for i in range(3)}
    rows = ibis.memtable(columns, schema=dict.fromkeys(columns, "timestamp")).mutate(
        **{f"{UNREADABLE}_{i}": ibis.literal(False) for i in range(3)}
    )
    limit = lambda first: ibis.literal(latest_start(period=LAST, as_of=NOW, first=first))
    ends = [end(clock, dict(zip("abc", row, strict=True))) for row in drawn]
    expected = sum(e is not None and add(e, LAST) <= NOW for e in ends)
    assert rows.count(where=has_ended(rule, rows, limit)).execute() == expected

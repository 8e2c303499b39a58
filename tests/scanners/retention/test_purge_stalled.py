from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import auditkit
from tests.engines import on_one_engine

AS_OF = datetime(2026, 1, 1)
POLICY = """
version: 1
name: Shop
tables:
  orders: {retention: {start: closed_at, max: P3Y, grace: P30D, hold: held, basis: warranty}}
"""
CUT_OFF = datetime(2022, 12, 2)


def history(first: datetime, *, every: float = 12.0) -> list[datetime]:
    """Return when something ended, from a day until now, about every so many hours."""
    n = int((AS_OF - first) / timedelta(hours=every))
    return [AS_OF - timedelta(hours=every * k, minutes=7 * k % 60, seconds=k % 60) for k in range(n)]


def purge(source, moments, *, held=(), policy=POLICY):
    orders = [{"id": n, "closed_at": m, "held": False} for n, m in enumerate(moments)] + [
        {"id": 10**6 + n, "closed_at": m, "held": True} for n, m in enumerate(held)
    ]
    audit = auditkit.audit(
        source({"orders": orders}),
        auditkit.Policy.parse(policy),
        checks=["retention-purge-stalled"],
        as_of="2026-01-01",
        strict=True,
    )
    (outcome,) = audit.outcomes
    return outcome


def test_a_purge_that_runs_leaves_a_cliff(source):
    assert purge(source, history(CUT_OFF)).verdict == "passed"
    assert (
        purge(source, history(CUT_OFF + timedelta(days=30)), held=history(datetime(2020, 1, 1))).verdict
        == "passed"
    )


def test_a_purge_that_never_ran_is_found_until_it_catches_up(source):
    found = purge(source, history(datetime(2017, 1, 1)))
    assert (found.verdict, found.columns, found.severity, found.confidence) == (
        "finding",
        ("closed_at",),
        "high",
        "high",
    )
    assert found.detail["value"] == pytest.approx(1, abs=0.1)
    assert (found.detail["limit"], found.detail["days"], found.rows) == (0.2, 91, None)
    assert found.detail["rows_beyond"] == pytest.approx(182, abs=3)


@on_one_engine
def test_a_purge_that_ran_until_six_months_ago_is_found(source):
    assert purge(source, history(CUT_OFF - timedelta(days=182))).detail["value"] == pytest.approx(1, abs=0.1)


@on_one_engine
def test_it_shows_weeks_after_it_stopped(source):
    assert purge(source, history(CUT_OFF - timedelta(days=10))).verdict == "passed"
    assert purge(source, history(CUT_OFF - timedelta(days=30))).detail["value"] == pytest.approx(
        1 / 3, abs=0.05
    )


@on_one_engine
def test_a_backfill_beyond_the_cut_off_is_not_a_stalled_purge_and_one_inside_hides_nothing(source):
    one_second = [CUT_OFF - timedelta(days=20, hours=3, minutes=4)] * 900
    one_afternoon = [CUT_OFF - timedelta(days=20) + timedelta(hours=13, seconds=9 * n) for n in range(900)]
    assert purge(source, history(CUT_OFF) + one_second).verdict == "passed"
    assert purge(source, history(CUT_OFF) + one_afternoon).verdict == "passed"
    inside = [CUT_OFF + timedelta(days=60, hours=3, minutes=4)] * 4000
    assert purge(source, history(datetime(2017, 1, 1)) + inside).detail["value"] == pytest.approx(1, abs=0.1)


@on_one_engine
def test_the_few_that_a_purge_leaves_are_overdue_and_nothing_more(source):
    dense = history(CUT_OFF, every=3)
    assert purge(source, dense + history(datetime(2017, 1, 1), every=48)).verdict == "passed"


@on_one_engine
def test_a_table_that_grew_is_compared_with_its_growth(source):
    """Ten times as many orders a year later do not make a tenth beyond the cut-off look like a purge."""
    moments = [
        datetime(2021, 1, 1) + timedelta(days=1826 * (n / 6000) ** 0.45, seconds=n % 60) for n in range(6000)
    ]
    assert purge(source, moments).verdict == "finding"


@on_one_engine
def test_too_few_rows_to_tell_are_not_assessed(source):
    outcome = purge(source, history(datetime(2024, 1, 1)))
    assert (outcome.verdict, outcome.cause.value) == ("not_assessed", "not_applicable")


@on_one_engine
def test_short_periods_have_short_windows(source):
    policy = POLICY.replace("P3Y, grace: P30D", "P14D, grace: P7D")
    assert purge(source, history(AS_OF - timedelta(days=21), every=2), policy=policy).verdict == "passed"
    assert purge(source, history(AS_OF - timedelta(days=200), every=2), policy=policy).detail[
        "value"
    ] == pytest.approx(1, abs=0.1)

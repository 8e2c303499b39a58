from __future__ import annotations

from datetime import datetime, timedelta

import auditkit
from tests.engines import on_one_engine

POLICY = (
    "{version: 1, name: Shop, tables: {orders: {retention: {start: updated_at, max: P3Y, hold: held, basis:"
    " warranty}}}}"
)
MIGRATION = datetime(2025, 11, 3, 4, 0, 7)


def order(n: int, updated_at: datetime | None) -> dict:
    return {
        "id": n,
        "created_at": datetime(2019 if n % 2 else 2025, 5, 1, 8, n % 60),
        "updated_at": updated_at,
        "held": n % 10 == 1,
    }


def at(n: int) -> datetime:
    return datetime(2024, 1, 1, 9) + timedelta(hours=5 * n, seconds=n)


def unreliable(source, moments):
    orders = [order(n, moment) for n, moment in enumerate(moments)]
    audit = auditkit.audit(
        source({"orders": orders}),
        auditkit.Policy.parse(POLICY),
        checks=["retention-unreliable-clock"],
        as_of="2026-01-01",
        strict=True,
    )
    assert len(audit.outcomes) == 1
    return audit.outcomes[0]


def test_moments_as_people_make_them_are_right(source):
    assert unreliable(source, [at(n) for n in range(220)]).verdict == "passed"


def test_one_run_that_touched_many_rows_is_found_with_what_another_clock_would_say(source):
    found = unreliable(source, [at(n) if n >= 40 else MIGRATION for n in range(220)])
    assert (found.rows, found.of, found.columns, found.confidence, found.severity) == (
        40,
        220,
        ("updated_at",),
        "medium",
        "medium",
    )
    assert found.detail == {"seconds": 1, "overdue_by_created_at": 88, "overdue_by_updated_at": 0}


def test_two_runs_are_two_seconds_and_what_is_within_one_is_one(source):
    split = [MIGRATION if n < 20 else MIGRATION + timedelta(hours=1) if n < 45 else at(n) for n in range(220)]
    assert (found := unreliable(source, split)).rows == 45 and found.detail["seconds"] == 2


@on_one_engine
def test_a_twentieth_of_the_rows_is_not_yet_many(source):
    assert unreliable(source, [at(n) if n >= 11 else MIGRATION for n in range(220)]).verdict == "passed"
    assert unreliable(source, [at(n) if n >= 12 else MIGRATION for n in range(220)]).rows == 12


@on_one_engine
def test_few_rows_dates_without_time_and_empty_clocks_are_left_alone(source):
    assert unreliable(source, [MIGRATION] * 199 + [None] * 50).verdict == "passed"
    assert unreliable(source, [datetime(2025, 1, 1 + n % 5) for n in range(220)]).verdict == "passed"
    assert unreliable(source, [None] * 250 + [at(n) for n in range(220)]).verdict == "passed"

from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  users: {subject: {type: customer, key: id}}
  tickets:
    retention: {start: at, max: P3Y, hold: legal_hold, basis: contract}
    references: {user_id: users.id}
holds: {table: holds, subject: user_id, placed: placed_at, released: released_at, review_every: P6M}
"""
USERS = [{"id": n, "email": f"u{n}@example.org"} for n in (1, 2, 3, 4)]


def hold(user: int | None, placed: datetime | None, released: datetime | None = None) -> dict:
    return {"user_id": user, "placed_at": placed, "released_at": released}


RIGHT = [
    hold(1, datetime(2025, 9, 1)), hold(2, datetime(2020, 1, 1), datetime(2021, 1, 1)),
    hold(2, datetime(2025, 9, 1), datetime(2026, 5, 1)), hold(3, None, datetime(2021, 1, 1)),
]  # fmt: skip
WRONG = [
    hold(1, datetime(2025, 7, 1)),
    hold(4, None),
    hold(9, datetime(2025, 12, 1)),
    hold(None, datetime(2025, 1, 1)),
]
HELD = [(1, True), (2, True), (3, False), (4, True)]
TICKETS = [
    {"id": n, "user_id": u, "legal_hold": h, "at": datetime(2025, 1, 1)} for n, (u, h) in enumerate(HELD)
]
BLOCKED = [{"id": 9, "user_id": 3, "legal_hold": True, "at": datetime(2025, 1, 1)}]


def hygiene(source, holds, tickets=TICKETS, policy=POLICY):
    tables = {"users": USERS, "holds": holds, "tickets": tickets}
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["retention-hold-hygiene"],
        as_of="2026-01-01",
        strict=True,
    )


def test_holds_that_are_reviewed_dated_and_of_somebody_are_right(source):
    assert {(o.table, o.of) for o in hygiene(source, RIGHT).passed} == {("holds", 4), ("tickets", 4)}


def test_each_defect_is_counted_until_it_is_mended(source):
    (found,) = hygiene(source, RIGHT + WRONG).findings
    assert (found.table, found.rows, found.of, found.severity) == ("holds", 4, 8, "medium")
    assert found.detail == {"unreviewed": 2, "undated": 1, "of_nobody": 2, "released": 0}
    released = RIGHT + [{**h, "released_at": datetime(2025, 12, 31)} for h in WRONG]
    assert {(f.table, f.rows) for f in hygiene(source, released).findings} == {("tickets", 1)}, (
        "what the hold kept is still marked"
    )
    assert hygiene(source, released, TICKETS[:-1]).findings == ()


def test_a_hold_that_was_looked_at_again_is_reviewed_until_the_next_time(source):
    at = [datetime(2025, 8, 1), datetime(2025, 6, 1), None]
    holds = [{**hold(1, datetime(2022, 1, 1)), "reviewed_at": moment} for moment in at]
    reviewed = POLICY.replace("released_at,", "released_at, reviewed: reviewed_at,")
    (found,) = hygiene(source, holds, policy=reviewed).findings
    assert (found.rows, found.of, found.detail["unreviewed"]) == (2, 3, 2)
    assert hygiene(source, holds[:1], policy=reviewed).findings == ()
    assert hygiene(source, holds[:1]).findings[0].rows == 1, "without the column only its placing counts"
    fresh = [
        {**hold(1, datetime(2025, 9, 1)), "reviewed_at": moment} for moment in (None, datetime(2025, 10, 1))
    ]
    assert hygiene(source, fresh, policy=reviewed).findings == ()


def test_rows_that_a_released_hold_still_keeps_are_found(source):
    (found,) = hygiene(source, RIGHT, TICKETS + BLOCKED).findings
    assert (found.table, found.rows, found.of, found.detail["released"]) == ("tickets", 1, 5, 1)


@on_one_engine
def test_without_a_table_of_holds_it_is_not_assessed(source):
    outcomes = hygiene(source, RIGHT, policy=POLICY.replace("subject: user_id, ", "")).not_assessed
    assert {o.cause.value for o in outcomes} == {"undeclared"}


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="placed_on"):
        hygiene(source, RIGHT, policy=POLICY.replace("placed: placed_at", "placed: placed_on"))

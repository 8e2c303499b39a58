from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  users:
    subject: {type: customer, key: id, inactive: P3Y}
    retention: {start: created_at, max: P20Y, hold: held, basis: b}
  orders: {references: {user_id: users.id}}
  logins: {references: {user_id: users.id}}
"""
OLD, NEW = datetime(2015, 1, 1), datetime(2025, 1, 1)


def user(id: int, created_at: datetime | None = OLD, *, held: bool = False) -> dict:
    return {
        "id": id,
        "email": f"u{id}@example.org",
        "created_at": created_at,
        "updated_at": NEW,
        "birth_date": OLD,
        "held": held,
    }


USERS = [user(1), user(2), user(3, NEW), user(4, held=True), user(5, None)]
ORDERS = [
    {"id": n, "user_id": u, "placed_at": at, "due_at": NEW}
    for n, (u, at) in enumerate([(1, OLD), (1, NEW), (None, NEW), (6, OLD)])
]
LOGINS = [
    {"id": n, "user_id": u, "at": at}
    for n, (u, at) in enumerate([(2, datetime(2023, 1, 1, 0, 0, 1)), (7, datetime(2023, 1, 1))])
]
SILENT = [user(6), user(7), user(8)]


def inactive(source, users, policy=POLICY):
    return auditkit.audit(
        source({"users": users, "orders": ORDERS, "logins": LOGINS}),
        auditkit.Policy.parse(policy),
        checks=["retention-inactive-subject"],
        as_of="2026-01-01",
        strict=True,
    )


def test_people_who_were_heard_of_anywhere_and_those_on_hold_are_right(source):
    assert [(o.table, o.of) for o in inactive(source, USERS).passed] == [("users", 5)]


def test_people_who_are_silent_are_found_whatever_programs_wrote(source):
    (found,) = inactive(source, USERS + SILENT).findings
    assert (found.table, found.rows, found.of, found.subjects, found.severity) == ("users", 3, 8, 3, "medium")
    assert found.detail == {"never_heard_of": 1}


@on_one_engine
def test_without_a_period_in_the_policy_it_is_not_assessed(source):
    outcomes = inactive(source, USERS, POLICY.replace(", inactive: P3Y", "")).not_assessed
    assert {o.cause.value for o in outcomes} == {"undeclared"}

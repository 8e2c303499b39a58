from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  users:
    columns: {id: user.unique_id, email: user.contact.email, plan: {category: none, reason: a product}}
    retention: {start: seen_at, max: P3Y, grace: P30D, deleted: deleted_at, hold: legal_hold, basis: contract}
"""


def user(id: int, email: str | None, deleted_at: datetime | None, *, hold: bool = False) -> dict:
    return {
        "id": id,
        "email": email,
        "plan": "free",
        "seen_at": datetime(2025, 1, 1),
        "deleted_at": deleted_at,
        "legal_hold": hold,
    }


RIGHT = [
    user(1, "ana@example.org", None), user(2, None, datetime(2025, 1, 1)), user(3, "", datetime(2025, 1, 1)),
    user(4, "eva@example.org", datetime(2025, 12, 15)),
    user(5, "kim@example.org", datetime(2025, 1, 1), hold=True),
]  # fmt: skip
LEFT = [user(6, "leo@example.org", datetime(2025, 1, 1)), user(7, "mia@example.org", datetime(2025, 12, 2))]


def residue(source, users, policy=POLICY):
    return auditkit.audit(
        source({"users": users}),
        auditkit.Policy.parse(policy),
        checks=["retention-soft-delete-residue"],
        as_of="2026-01-01",
        strict=True,
    )


def test_live_emptied_recent_and_held_rows_pass(source):
    assert [(o.table, o.of) for o in residue(source, RIGHT).passed] == [("users", 5)]


def test_deleted_rows_that_still_identify_are_found_until_emptied(source):
    (found,) = residue(source, RIGHT + LEFT).findings
    assert (found.table, found.rows, found.of, found.detail["columns"]) == ("users", 2, 7, "email")
    assert residue(source, RIGHT + [{**u, "email": None} for u in LEFT]).findings == ()


@on_one_engine
def test_without_a_mark_in_the_policy_it_is_not_assessed(source):
    audit = residue(source, RIGHT, POLICY.replace("deleted: deleted_at, ", ""))
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("users", "undeclared")]

from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Rides
tables:
  riders:
    columns:
      name: user.name
      phone: user.contact.phone_number
      email: user.contact.email
      plan: {category: none, reason: a product}
    retention: {start: last_ride, max: P2Y, anonymised: anonymised_at, basis: contract}
"""
ON = datetime(2025, 3, 1)


def rider(
    id: int, name: str | None, phone: str | None, email: str | None, anonymised_at: datetime | None
) -> dict:
    return {
        "id": id,
        "name": name,
        "phone": phone,
        "email": email,
        "plan": "free",
        "last_ride": ON,
        "anonymised_at": anonymised_at,
    }


RIGHT = [
    rider(1, "Ana Costa", "+442079460001", "ana@example.org", None), rider(2, None, None, None, ON),
    rider(3, "", " ", None, ON), rider(4, "REDACTED", None, "deleted-4@users.invalid", ON),
    rider(5, "Anonymous", "0", "5@gone.invalid", ON),
    rider(6, "Kim Novak", "+442079460006", "kim@example.org", datetime(2027, 1, 1)),
]  # fmt: skip
LEFT = [
    rider(7, None, "+442079460007", None, ON), rider(8, "Erased", "+442079460008", "eva@example.org", ON),
    rider(9, "Leo Park", None, None, ON),
]  # fmt: skip


def incomplete(source, riders, policy=POLICY):
    return auditkit.audit(
        source({"riders": riders}),
        auditkit.Policy.parse(policy),
        checks=["retention-incomplete-anonymisation"],
        as_of="2026-01-01",
        strict=True,
    )


def test_emptied_rows_placeholders_and_rows_that_are_not_anonymised_yet_are_right(source):
    assert [(o.table, o.of) for o in incomplete(source, RIGHT).passed] == [("riders", 6)]


def test_what_is_left_is_found_by_column_until_it_is_emptied(source):
    (found,) = incomplete(source, RIGHT + LEFT).findings
    assert (found.rows, found.of, found.severity) == (3, 9, "high")
    assert found.detail == {"anonymised": 7, "left_in_name": 1, "left_in_phone": 2, "left_in_email": 1}
    assert incomplete(source, RIGHT + [rider(r["id"], None, None, None, ON) for r in LEFT]).findings == ()


@pytest.mark.parametrize("condition", ['"anonymised_at IS NOT NULL AND id > 6"', '"id IN (7, 8, 9)"'])
@on_one_engine
def test_the_mark_may_be_a_condition(source, condition):
    (found,) = incomplete(
        source, RIGHT + LEFT, POLICY.replace("anonymised: anonymised_at", f"anonymised: {condition}")
    ).findings
    assert (found.rows, found.detail["anonymised"]) == (3, 3)


@on_one_engine
def test_without_a_mark_in_the_policy_it_is_not_assessed(source):
    audit = incomplete(source, RIGHT, POLICY.replace("anonymised: anonymised_at, ", ""))
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("riders", "undeclared")]

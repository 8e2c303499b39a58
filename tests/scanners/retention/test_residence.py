from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  orders:
    retention:
      start: closed_at
      residence: P2Y
      max: P10Y
      grace: P30D
      hold: held
      open: "status = 'open'"
      basis: tax law
"""


def order(id: int, closed_at: datetime | None, *, held: bool = False, status: str = "closed") -> dict:
    return {"id": id, "closed_at": closed_at, "held": held, "status": status}


ACTIVE = [
    order(1, datetime(2024, 6, 1)),
    order(2, None, status="open"),
    order(3, datetime(2020, 1, 1), held=True),
    order(4, datetime(2001, 1, 1)),
]
PAST = [order(5, datetime(2023, 12, 2)), order(6, datetime(2016, 1, 1))]


def resident(source, orders, policy=POLICY):
    return auditkit.audit(
        source({"orders": orders}),
        auditkit.Policy.parse(policy),
        checks=["retention-residence"],
        as_of="2026-01-01",
        strict=True,
    )


def test_active_held_open_and_overdue_rows_are_not_meant(source):
    assert [(o.table, o.of) for o in resident(source, ACTIVE).passed] == [("orders", 4)]


def test_rows_past_their_active_period_are_found_until_they_are_archived(source):
    (found,) = resident(source, ACTIVE + PAST).findings
    assert (found.rows, found.of, found.columns, found.severity) == (2, 6, ("closed_at",), "medium")
    assert resident(source, ACTIVE).findings == ()


@on_one_engine
def test_without_a_residence_in_the_policy_it_is_not_assessed(source):
    audit = resident(source, ACTIVE, POLICY.replace("      residence: P2Y\n", ""))
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("orders", "undeclared")]

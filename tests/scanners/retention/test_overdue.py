from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

AS_OF = "2026-01-01"
POLICY = """
version: 1
name: Shop
tables:
  orders:
    subject: {type: customer, key: customer}
    retention:
      start: closed_at
      max: P3Y
      grace: P30D
      hold: legal_hold
      open: "status <> 'closed'"
      basis: warranty
  lines:
    retention: {via: order_id, basis: as the order}
    references: {order_id: orders.id}
"""


def order(
    id: int, closed_at: datetime | None, *, status: str = "closed", hold: bool = False, customer: int = 1
) -> dict:
    return {"id": id, "customer": customer, "status": status, "legal_hold": hold, "closed_at": closed_at}


RECENT = [
    order(1, datetime(2025, 5, 1)),
    order(2, datetime(2022, 12, 3)),
    order(3, None, status="open"),
    order(4, datetime(2015, 1, 1), hold=True),
]
OLD = [
    order(5, datetime(2022, 12, 2)),
    order(6, datetime(2019, 1, 1), customer=2),
    order(7, datetime(2019, 1, 1), customer=2),
]
LINES = [{"id": 10 * n, "order_id": n} for n in range(1, 8)]


def overdue(source, orders, lines=()):
    audit = auditkit.audit(
        source({"orders": orders, "lines": lines or LINES[:1]}),
        policy(),
        checks=["retention-overdue"],
        as_of=AS_OF,
        strict=True,
    )
    return {f.table: f for f in audit.findings}


def policy():
    return auditkit.Policy.parse(POLICY)


def test_rows_within_their_period_on_hold_or_open_are_kept(source):
    assert overdue(source, RECENT) == {}


def test_rows_past_period_and_grace_are_found_until_they_are_erased(source):
    found = overdue(source, RECENT + OLD)["orders"]
    assert (found.rows, found.of, found.subjects) == (3, 7, 2)
    assert found.columns == ("closed_at",)
    assert overdue(source, RECENT) == {}


def test_the_last_day_of_grace_is_not_overdue(source):
    assert overdue(source, [order(1, datetime(2022, 12, 2, 0, 0, 1))]) == {}
    assert overdue(source, [order(1, datetime(2022, 12, 2))])["orders"].rows == 1


def test_children_inherit_the_clock_of_what_they_refer_to(source):
    found = overdue(source, RECENT + OLD, LINES)
    assert (found["lines"].rows, found["lines"].of, found["lines"].columns) == (3, 7, ("order_id",))


@on_one_engine
def test_the_severity_grows_with_how_far_the_oldest_row_is_past(source):
    assert overdue(source, [order(1, datetime(2022, 12, 1))])["orders"].severity == "low"
    assert overdue(source, [order(1, datetime(2022, 1, 1))])["orders"].severity == "medium"
    assert overdue(source, [order(1, datetime(2019, 1, 1))])["orders"].severity == "high"
    assert overdue(source, [order(1, datetime(2010, 1, 1))])["orders"].severity == "critical"


@on_one_engine
def test_a_table_without_a_rule_is_not_assessed(source):
    tables = source(
        {"orders": RECENT, "lines": LINES, "notes": [{"id": 1, "created_at": datetime(2001, 1, 1)}]}
    )
    audit = auditkit.audit(tables, policy(), checks=["retention-overdue"], as_of=AS_OF)
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("notes", "undeclared")]

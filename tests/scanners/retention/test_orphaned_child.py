from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  customers:
    subject: {type: customer, key: id}
    retention: {start: seen_at, max: P3Y, grace: P30D, deleted: deleted_at, hold: legal_hold, basis: contract}
  orders:
    retention: {start: placed_at, max: P10Y, basis: tax law}
    references: {customer_id: customers.id}
  order_lines:
    retention: {via: order_id}
    references: {order_id: orders.id}
  addresses:
    references: {customer_id: customers.id, checked_by: customers.id}
"""
NOW = datetime(2025, 12, 1)


def customer(id: int, deleted_at: datetime | None = None, *, hold: bool = False) -> dict:
    return {
        "id": id,
        "email": f"c{id}@example.org",
        "seen_at": NOW,
        "deleted_at": deleted_at,
        "legal_hold": hold,
    }


CUSTOMERS = [
    customer(1), customer(2, datetime(2025, 12, 20)), customer(3, datetime(2024, 1, 1), hold=True),
    customer(4, datetime(2024, 1, 1))
]  # fmt: skip
ORDERS = [{"id": 10 + n, "customer_id": n, "placed_at": NOW} for n in (1, 2, 3, 4, 9)]
LINES = [{"id": n, "order_id": order} for n, order in enumerate((11, 11, 12, 19, None))]
ADDRESSES = [{"id": n, "customer_id": c, "checked_by": 99} for n, c in enumerate((1, 1, 2, 3, None))]
LEFT = [{"id": 20 + n, "customer_id": c, "checked_by": 1} for n, c in enumerate((4, 4, 8))]


def orphans(source, addresses, lines=LINES, policy=POLICY):
    tables = {"customers": CUSTOMERS, "orders": ORDERS, "order_lines": lines, "addresses": addresses}
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["retention-orphaned-child"],
        as_of="2026-01-01",
        strict=True,
    )


def test_children_of_the_living_the_held_and_the_newly_deleted_are_right(source):
    audit = orphans(source, ADDRESSES)
    assert audit.findings == ()
    assert {(o.table, o.columns, o.of) for o in audit.passed} == {
        ("addresses", ("customer_id",), 5),
        ("order_lines", ("order_id",), 5),
    }, "an order has a period of its own, and who checked an address does not own it"
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {
        ("customers", "not_applicable"),
        ("orders", "not_applicable"),
    }


def test_children_of_the_gone_and_of_the_deleted_are_found_until_they_are_erased(source):
    (found,) = orphans(source, ADDRESSES + LEFT).findings
    assert (found.table, found.columns, found.rows, found.of, found.target) == (
        "addresses",
        ("customer_id",),
        3,
        8,
        "customers",
    )
    assert found.detail == {"reference": "policy", "parent_absent": 1, "parent_deleted": 2}
    assert (found.severity, found.confidence) == ("high", "high")


def test_children_that_inherit_their_clock_end_with_their_parent(source):
    (found,) = orphans(
        source, ADDRESSES, [*LINES, {"id": 7, "order_id": 77}, {"id": 8, "order_id": 78}]
    ).findings
    assert (found.table, found.columns, found.rows, found.of) == ("order_lines", ("order_id",), 2, 7)


@on_one_engine
def test_an_inferred_reference_says_that_it_is(source):
    policy = POLICY.replace(
        "    references: {customer_id: customers.id, checked_by: customers.id}", "    purposes: []"
    )
    (found,) = orphans(source, ADDRESSES + LEFT, policy=policy).findings
    assert (found.rows, found.confidence, found.severity, found.detail["reference"]) == (
        3,
        "medium",
        "medium",
        "inferred",
    )


@on_one_engine
def test_what_a_log_says_of_a_person_is_not_the_persons(source):
    tables = {"customers": CUSTOMERS, "login_events": [{"id": n, "customer_id": n} for n in range(1, 5)]}
    audit = auditkit.audit(source(tables), checks=["retention-orphaned-child"], strict=True)
    assert audit.findings == ()

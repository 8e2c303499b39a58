from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables:
  tickets:
    retention:
      start: at
      max: P3Y
      grace: P30D
      hold: held
      tenant_override: tenants.retention
      basis: contract
  comments: {retention: {via: ticket_id}, references: {ticket_id: tickets.id}}
"""
TENANTS = [{"id": n, "retention": r} for n, r in enumerate(("P1Y", "P6M", None, "P10Y", "a year", ""), 1)]


def ticket(id: int, tenant: int, at: datetime, *, held: bool = False) -> dict:
    return {"id": id, "tenant_id": tenant, "at": at, "held": held}


RIGHT = [
    ticket(1, 1, datetime(2024, 12, 3)), ticket(2, 2, datetime(2025, 6, 3)),
    ticket(3, 3, datetime(2023, 1, 1)), ticket(4, 4, datetime(2023, 1, 1)),
    ticket(5, 5, datetime(2023, 1, 1)), ticket(6, 6, datetime(2023, 1, 1)),
    ticket(7, 1, datetime(2023, 1, 1), held=True), ticket(8, 1, datetime(2020, 1, 1)),
]  # fmt: skip
LATE = [
    ticket(11, 1, datetime(2024, 12, 2)),
    ticket(12, 2, datetime(2025, 6, 1)),
    ticket(13, 2, datetime(2023, 6, 1)),
]
COMMENTS = [{"id": n, "ticket_id": t} for n, t in enumerate((1, 1, 2, 7))]


def overridden(source, tickets, comments=COMMENTS, policy=POLICY):
    return auditkit.audit(
        source({"tenants": TENANTS, "tickets": tickets, "comments": comments}),
        auditkit.Policy.parse(policy),
        checks=["retention-tenant-override"],
        as_of="2026-01-01",
        strict=True,
    )


def test_rows_within_the_period_of_their_tenant_and_those_of_the_rule_alone_are_right(source):
    assert {(o.table, o.of) for o in overridden(source, RIGHT).passed} == {("tickets", 8), ("comments", 4)}


def test_rows_past_the_period_of_their_tenant_are_found_until_erased(source):
    audit = overridden(source, RIGHT + LATE, [*COMMENTS, {"id": 9, "ticket_id": 12}])
    found = {f.table: f for f in audit.findings}
    assert {t: (f.rows, f.of, f.severity) for t, f in found.items()} == {
        "tickets": (3, 11, "high"),
        "comments": (1, 5, "high"),
    }
    assert found["tickets"].detail == {
        "tenants": 2,
        "rows_of_periods_longer_than_the_rule": 1,
        "rows_of_periods_unreadable": 1,
    }
    assert overridden(source, RIGHT).findings == ()


@on_one_engine
def test_without_periods_of_tenants_it_is_not_assessed(source):
    outcomes = overridden(
        source, RIGHT, policy=POLICY.replace("      tenant_override: tenants.retention\n", "")
    ).not_assessed
    assert {o.cause.value for o in outcomes if o.table == "tickets"} == {"undeclared"}


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match=r"tenants\.retention"):
        overridden(source, RIGHT, policy=POLICY.replace("tenants.retention", "tenants.period"))

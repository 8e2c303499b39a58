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
    ticket(7, 1, datetime(2023, 1, 1), held=True), ticket(8, 3, datetime(2020, 1, 1)),
]  # fmt: skip
LATE = [
    ticket(11, 1, datetime(2024, 12, 2)),
    ticket(12, 2, datetime(2025, 6, 1)),
    ticket(13, 2, datetime(2020, 6, 1)),
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


READABLE = [row for row in RIGHT if row["id"] != 5]
"""Without the rows of the tenant whose period is `a year`."""


def test_rows_within_the_period_of_their_tenant_and_those_of_the_rule_alone_are_right(source):
    passed = overridden(source, READABLE).passed
    assert {(o.table, o.of) for o in passed} == {("tickets", 7), ("comments", 4)}


@on_one_engine
def test_rows_of_a_tenant_whose_period_cannot_be_read_have_not_passed(source):
    (tickets,) = [o for o in overridden(source, RIGHT).not_assessed if o.table == "tickets"]
    assert (tickets.cause.value, tickets.reason) == (
        "unseen", "1 row of tenants whose own period cannot be read",
    )  # fmt: skip


DAYS = [{"id": n, "keep": days} for n, days in enumerate((180, None, 3650), 1)]


@pytest.mark.parametrize(
    "column, unit, found",
    [("keep_days", "", 1), ("keep", ", unit: days", 1), ("keep", ", unit: months", 0), ("keep", "", None)],
)
def test_numbers_are_periods_where_their_unit_is_known(source, column, unit, found):
    tenants = [{"id": row["id"], column: row["keep"]} for row in DAYS]
    tickets = [ticket(1, 1, datetime(2025, 6, 1)), ticket(2, 2, datetime(2025, 6, 1))]
    rule = f"{{start: at, max: P3Y, tenant_override: tenants.{column}{unit}, basis: contract}}"
    policy = (
        "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}, "
        f"tables: {{tickets: {{retention: {rule}}}}}}}"
    )
    audit = auditkit.audit(
        source({"tenants": tenants, "tickets": tickets}),
        auditkit.Policy.parse(policy),
        checks=["retention-tenant-override"],
        as_of="2026-01-01",
        strict=True,
    )
    (outcome,) = [o for o in audit.outcomes if o.table == "tickets"]
    if found is None:
        assert (outcome.verdict, outcome.cause.value) == ("not_assessed", "undeclared")
        assert "unit" in outcome.reason
    else:
        assert (outcome.verdict, outcome.rows if found else 0) == ("finding" if found else "passed", found)


def test_rows_past_the_period_of_their_tenant_are_found_until_erased(source):
    audit = overridden(source, RIGHT + LATE, [*COMMENTS, {"id": 9, "ticket_id": 12}])
    found = {f.table: f for f in audit.findings}
    assert {t: (f.rows, f.of, f.severity) for t, f in found.items()} == {
        "tickets": (3, 11, "high"),
        "comments": (1, 5, "high"),
    }
    assert found["tickets"].detail == {
        "tenants": 2,
        "also_overdue": 1,
        "rows_of_periods_longer_than_the_rule": 1,
        "rows_of_periods_unreadable": 1,
    }
    assert overridden(source, READABLE).findings == ()


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

from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, shared: [plans], ended: closed_at, ended_grace: P60D}
tables:
  tickets: {retention: {start: at, max: P3Y, hold: legal_hold, basis: contract}}
  comments: {references: {ticket_id: tickets.id}}
"""
AT = datetime(2025, 1, 1)
TENANTS = [
    {"id": 1, "status": "active", "closed_at": None},
    {"id": 2, "status": "closed", "closed_at": datetime(2025, 11, 2)},
    {"id": 3, "status": "closed", "closed_at": datetime(2025, 11, 3)},
    {"id": 4, "status": "active", "closed_at": datetime(2027, 1, 1)},
]  # fmt: skip
TICKETS = [
    {"id": 10 + n, "tenant_id": t, "legal_hold": t == 2, "at": AT} for n, t in enumerate((1, 1, 2, 3, 4))
]
LEFT = [{"id": 20 + n, "tenant_id": 2, "legal_hold": False, "at": AT} for n in range(3)]
COMMENTS = [{"id": n, "ticket_id": t} for n, t in enumerate((10, 11, 13, 14))]


def leftovers(source, tickets, comments=COMMENTS, policy=POLICY):
    tables = {
        "tenants": TENANTS,
        "plans": [{"id": 1, "tenant_id": 2}],
        "tickets": tickets,
        "comments": comments,
    }
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["retention-offboarded-tenant"],
        as_of="2026-01-01",
        strict=True,
    )


def test_rows_of_tenants_that_stay_that_just_left_or_that_are_held_are_right(source):
    audit = leftovers(source, TICKETS)
    assert {(o.table, o.of) for o in audit.passed} == {("tickets", 5), ("comments", 4)}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {
        ("tenants", "not_applicable"),
        ("plans", "not_applicable"),
    }


def test_rows_of_a_tenant_that_left_are_found_in_every_table_until_erased(source):
    audit = leftovers(source, TICKETS + LEFT, [*COMMENTS, {"id": 9, "ticket_id": 21}])
    assert {(f.table, f.rows, f.of, f.severity, f.detail["tenants"]) for f in audit.findings} == {
        ("tickets", 3, 8, "high", 1),
        ("comments", 1, 5, "high", 1),
    }
    assert leftovers(source, TICKETS).findings == ()


def test_a_condition_says_that_a_tenant_has_left_but_not_when(source):
    audit = leftovers(
        source, TICKETS + LEFT, policy=POLICY.replace("ended: closed_at", "ended: \"status = 'closed'\"")
    )
    assert {(f.table, f.rows, f.detail["tenants"]) for f in audit.findings} == {
        ("tickets", 4, 2),
        ("comments", 1, 1),
    }


@on_one_engine
def test_without_a_word_on_who_left_it_is_not_assessed(source):
    audit = leftovers(source, TICKETS, policy=POLICY.replace(", ended: closed_at, ended_grace: P60D", ""))
    assert {(o.table, o.cause.value) for o in audit.not_assessed if o.table == "tickets"} == {
        ("tickets", "undeclared")
    }


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="closed_on"):
        leftovers(source, TICKETS, policy=POLICY.replace("ended: closed_at", "ended: closed_on"))

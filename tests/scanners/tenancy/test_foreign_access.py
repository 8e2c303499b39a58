from __future__ import annotations

import pytest

import auditkit

POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, staff: "role = 'support'"}
access_log:
  table: log
  tenant: tenant_id
  user: user_id
  status: status
  route: route
  object: object_id
  objects: {"/tickets/{id}": tickets.id}
"""
TENANTS = [{"id": 1}, {"id": 2}]
USERS = [
    {"id": 5, "tenant_id": 1, "email": "a@example.org", "role": "agent"},
    {"id": 6, "tenant_id": 1, "email": "b@example.org", "role": "support"},
]
TICKETS = [{"id": 10 + n, "tenant_id": 1 + n % 2} for n in range(20)]


def request(id: int, tenant: int, thing, *, status: int = 200, route: str = "/tickets/{id}", user: int = 5) -> dict:
    return {"id": id, "tenant_id": tenant, "user_id": user, "route": route, "object_id": thing, "status": status}


RIGHT = [request(n, 1 + n % 2, 10 + n) for n in range(20)]
QUIET = [request(100, 1, 11, status=403), request(101, 1, 11, route="/plans/{id}"), request(102, 1, 11, user=6), request(103, 1, 99_999)]
LEAKS = [request(200, 1, 11), request(201, 2, 10, status=206)]


def accessed(source, log, policy=POLICY):
    told = source({"tenants": TENANTS, "users": USERS, "tickets": TICKETS, "log": log})
    return auditkit.audit(told, auditkit.Policy.parse(policy), checks=["tenancy-foreign-access"], strict=True)


def test_own_rows_refusals_other_routes_staff_and_rows_that_are_gone_are_no_leak(source):
    audit = accessed(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("object_id",), 22)]


def test_an_answer_with_another_tenants_row_is_found_until_the_route_filters(source):
    (found,) = accessed(source, RIGHT + QUIET + LEAKS).findings
    assert (found.table, found.rows, found.of, found.severity) == ("log", 2, 24, "critical")
    assert (found.detail["refused"], found.detail["pairs"]) == (1, 2)
    assert accessed(source, RIGHT + QUIET + [{**r, "status": 404} for r in LEAKS]).findings == ()


def test_a_log_that_keeps_numbers_as_text_is_read_too(source):
    as_text = [{**r, "object_id": str(r["object_id"])} for r in RIGHT + LEAKS]
    (found,) = accessed(source, as_text).findings
    assert found.rows == 2


def test_a_column_that_the_log_lacks_is_an_error_with_the_nearest_name(source):
    with pytest.raises(auditkit.PolicyError, match="Did you mean 'status'"):
        accessed(source, RIGHT, POLICY.replace("status: status", "status: statu"))


def test_without_an_access_log_nothing_is_assessed(source):
    audit = accessed(source, RIGHT, "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}")
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [(None, "undeclared")]

from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

LOG = (
    "table: log, user: user_id, status: status, route: route, public_routes: [/login], header_tenant: header,"
    " token_tenant: token"
)
TENANTS = [{"id": 1, "slug": "acme"}, {"id": 2, "slug": "globex"}]
USERS = [
    {"id": 5, "tenant_id": 1, "email": "a@example.org", "role": "agent"},
    {"id": 6, "tenant_id": 1, "email": "b@example.org", "role": "support"},
]


def request(header, token, *, status=200, user=5, route="/tickets") -> dict:
    return {"header": header, "token": token, "status": status, "user_id": user, "route": route}


RIGHT = [request("1", "1"), request("2", "2"), request("ACME", "acme")] * 10
QUIET = [
    request("2", "1", status=403), request("2", "1", user=6), request(None, "1"), request("", "1"),
    request("2", None), request("2", "1", route="/login"),
]  # fmt: skip


def mismatched(source, log, declared=LOG):
    policy = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, staff: \"role = 'support'\"},"
        f" access_log: {{{declared}}}}}"
    )
    tables = {"tenants": TENANTS, "users": USERS, "log": log}
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["tenancy-header-mismatch"], strict=True
    )


def test_equal_tenants_refusals_staff_public_routes_and_requests_without_a_tenant_pass(source):
    audit = mismatched(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("header",), 35)]


def test_an_answer_to_a_header_of_another_tenant_is_found_until_it_is_refused(source):
    wrong = [request("2", "1"), request("2", "1"), request("acme", "globex")]
    (found,) = mismatched(source, RIGHT + QUIET + wrong).findings
    assert (found.rows, found.of, found.severity) == (3, 38, "high")
    assert (found.detail["refused"], found.detail["pairs"]) == (1, 2)
    assert mismatched(source, RIGHT + QUIET + [{**w, "status": 401} for w in wrong]).findings == ()


@on_one_engine
def test_what_is_not_logged_is_not_assessed(source):
    (lost,) = mismatched(source, RIGHT, LOG.replace(", token_tenant: token", "")).not_assessed
    assert (lost.table, lost.cause.value, "token_tenant" in lost.reason) == ("log", "undeclared", True)

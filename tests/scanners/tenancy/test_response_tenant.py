from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

LOG = (
    "table: log, tenant: tenant_id, user: user_id, status: status, route: route, public_routes: [/shared],"
    " resource_tenant: owner"
)
TENANTS = [{"id": 1}, {"id": 2}]
USERS = [
    {"id": 5, "tenant_id": 1, "email": "a@example.org", "role": "agent"},
    {"id": 6, "tenant_id": 1, "email": "b@example.org", "role": "support"},
]


def request(id: int, tenant, owner, *, status=200, user=5, route="/tickets") -> dict:
    return {"id": id, "tenant_id": tenant, "owner": owner, "status": status, "user_id": user, "route": route}


RIGHT = [request(n, 1 + n % 2, 1 + n % 2) for n in range(20)]
QUIET = [
    request(100, 1, 2, status=403), request(101, 1, 2, user=6), request(102, 1, None), request(103, None, 2),
    request(104, 1, 2, route="/shared"), request(105, 1, 2, status=None),
]  # fmt: skip


def answered(source, log, declared=LOG, *, strict=True):
    policy = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, staff: \"role = 'support'\"},"
        f" access_log: {{{declared}}}}}"
    )
    tables = {"tenants": TENANTS, "users": USERS, "log": log}
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["tenancy-response-tenant"], strict=strict
    )


def test_own_rows_refusals_staff_public_routes_and_what_names_no_tenant_are_no_leak(source):
    audit = answered(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("owner",), 25)]


def test_an_answer_of_another_tenant_is_found_until_it_is_refused(source):
    leaks = [request(200, 1, 2), request(201, 2, 1, status=206), request(202, 1, 2)]
    (found,) = answered(source, RIGHT + QUIET + leaks).findings
    assert (found.table, found.rows, found.of, found.severity) == ("log", 3, 28, "critical")
    assert (found.detail["refused"], found.detail["pairs"]) == (2, 2)
    assert answered(source, RIGHT + QUIET + [{**r, "status": 404} for r in leaks]).findings == ()


def test_a_log_that_keeps_tenants_as_text_is_read_too(source):
    (found,) = answered(
        source, [{**r, "owner": str(r["owner"])} for r in [*RIGHT, request(200, 1, 2)]]
    ).findings
    assert found.rows == 1


@on_one_engine
def test_what_is_not_declared_is_not_assessed_and_what_is_not_there_is_an_error(source):
    (lost,) = answered(source, RIGHT, LOG.replace(", resource_tenant: owner", "")).not_assessed
    assert (lost.table, lost.cause.value, "resource_tenant" in lost.reason) == ("log", "undeclared", True)
    elsewhere = LOG.replace("table: log", "table: logs")
    (unseen,) = answered(source, RIGHT, elsewhere, strict=False).not_assessed
    assert (unseen.table, unseen.cause.value) == ("logs", "unseen")
    with pytest.raises(auditkit.PolicyError, match=r"the source has no table 'logs'\. Did you mean 'log'"):
        answered(source, RIGHT, elsewhere)
    with pytest.raises(auditkit.PolicyError, match="Did you mean 'owner'"):
        answered(source, RIGHT, LOG.replace("resource_tenant: owner", "resource_tenant: ovner"))

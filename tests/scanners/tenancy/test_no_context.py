from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

LOG = "table: log, tenant: tenant_id, user: user_id, route: route, public_routes: [/login]"


def request(tenant, user=5, route="/tickets") -> dict:
    return {"tenant_id": tenant, "user_id": user, "route": route}


RIGHT = [request(1 + n % 2) for n in range(198)]
QUIET = [request(None, user=None)] * 20 + [request(None, route="/login")] * 20


def without(source, log, declared=LOG):
    policy = (
        f"{{version: 1, name: D, tenancy: {{root: tenants, key: tenant_id}}, access_log: {{{declared}}}}}"
    )
    tables = {"tenants": [{"id": 1}, {"id": 2}], "log": log}
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["tenancy-no-context"], strict=True
    )


def test_visitors_public_routes_and_one_in_a_hundred_pass(source):
    audit = without(source, RIGHT + QUIET + [request(None)] * 2)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("tenant_id",), 200)]


@pytest.mark.parametrize("nothing", [None, ""])
def test_more_than_that_is_found_until_the_tenant_is_logged(source, nothing):
    log = [{**r, "tenant_id": str(r["tenant_id"])} for r in RIGHT] + [request(nothing)] * 3
    (found,) = without(source, log).findings
    assert (found.table, found.of, found.severity, found.detail["without"], found.detail["limit"]) == (
        "log",
        201,
        "medium",
        3,
        0.01,
    )
    assert found.detail["value"] == round(3 / 201, 6)
    assert without(source, [*RIGHT, *[request(2)] * 3]).findings == ()


@on_one_engine
def test_an_empty_log_breaks_nothing_and_one_without_users_is_not_assessed(source):
    assert without(source, [request(1, user=None)]).findings == ()
    (lost,) = without(source, RIGHT, LOG.replace("user: user_id, ", "")).not_assessed
    assert (lost.table, lost.cause.value) == ("log", "undeclared")

from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

TENANTS = [{"id": t} for t in range(1, 4)]
USERS = [{"id": 10 + n, "email": f"u{n}@example.org", "password_hash": "x"} for n in range(9)]
MEMBERS = [{"user_id": 10 + n, "tenant_id": 1 + n % 3} for n in range(9)]
KEYS = [{"id": n, "tenant_id": 1 + n % 3, "api_key": f"k{n}"} for n in range(12)]


def unbound(source, keys, *, members=MEMBERS, shared="", table="api_keys"):
    policy = f"{{version: 1, name: Desk, tenancy: {{root: tenants, key: tenant_id, shared: [{shared}]}}}}"
    data = source({"tenants": TENANTS, "users": USERS, "members": members, table: keys})
    return auditkit.audit(
        data, auditkit.Policy.parse(policy), checks=["tenancy-unbound-credential"], strict=True
    )


def test_keys_of_one_tenant_each_pass_and_passwords_do_not_count(source):
    audit = unbound(source, KEYS)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("api_keys", ("api_key",), 12)]


def test_keys_without_a_tenant_are_found_until_bound(source):
    lost = [{"id": 90 + n, "tenant_id": None, "api_key": f"l{n}"} for n in range(2)]
    empty = [{"id": 95, "tenant_id": None, "api_key": None}, {"id": 96, "tenant_id": None, "api_key": " "}]
    (found,) = unbound(source, [*KEYS, *lost, *empty]).findings
    assert (found.table, found.columns, found.rows, found.of, found.severity) == (
        "api_keys",
        ("api_key",),
        2,
        16,
        "high",
    )
    assert unbound(source, [*KEYS, *[{**k, "tenant_id": 1} for k in lost]]).findings == ()


@on_one_engine
def test_a_table_of_keys_without_a_tenant_is_found_unless_it_is_declared_as_shared(source):
    keys = [{"id": n, "api_key": f"k{n}", "label": "export"} for n in range(4)]
    (found,) = unbound(source, keys).findings
    assert (found.table, found.rows) == ("api_keys", 4)
    assert unbound(source, keys, shared="api_keys").findings == ()


@on_one_engine
def test_the_key_of_a_person_is_bound_by_their_only_membership(source):
    keys = [{"id": n, "user_id": 10 + n, "api_key": f"k{n}"} for n in range(9)]
    assert unbound(source, keys).findings == ()
    (found,) = unbound(
        source, keys, members=[*MEMBERS, {"user_id": 10, "tenant_id": 2}, {"user_id": 12, "tenant_id": 1}]
    ).findings
    assert (found.rows, found.of) == (2, 9)


@pytest.mark.parametrize("table", ["user_sessions", "password_resets"])
@on_one_engine
def test_sessions_and_reset_links_are_no_keys(source, table):
    keys = [{"id": n, "user_id": 10 + n, "access_token": f"k{n}"} for n in range(9)]
    audit = unbound(source, keys, table=table, members=[*MEMBERS, {"user_id": 10, "tenant_id": 2}])
    assert audit.findings == ()
    assert (table, "not_applicable") in {(o.table, o.cause.value) for o in audit.not_assessed}

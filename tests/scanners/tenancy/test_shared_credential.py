from __future__ import annotations

import auditkit

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
TENANTS = [{"id": t} for t in range(1, 4)]
KEYS = [
    {"id": n, "tenant_id": 1 + n % 3, "secret_hash": f"{n:064x}", "secret_type": "hmac"} for n in range(12)
]


def shared(source, keys):
    data = source({"tenants": TENANTS, "api_keys": keys})
    return auditkit.audit(
        data, auditkit.Policy.parse(POLICY), checks=["tenancy-shared-credential"], strict=True
    )


def test_credentials_of_one_tenant_pass_and_columns_about_credentials_do_not_count(source):
    assert [(o.table, o.columns) for o in shared(source, KEYS).passed] == [("api_keys", ("secret_hash",))]


def test_a_credential_of_two_tenants_is_found_until_replaced(source):
    twin = {**KEYS[0], "id": 99, "tenant_id": 2}
    audit = shared(source, [*KEYS, twin])
    (found,) = audit.findings
    assert (found.table, found.columns, found.rows, found.of, found.detail["values"]) == (
        "api_keys",
        ("secret_hash",),
        2,
        13,
        1,
    )
    assert KEYS[0]["secret_hash"] not in audit.to_json()
    assert shared(source, [*KEYS, {**twin, "secret_hash": "f" * 64}]).findings == ()


def test_one_tenant_may_use_its_own_twice_and_nothing_is_no_credential(source):
    same = {**KEYS[0], "id": 99}
    empty = [
        {**KEYS[0], "id": 100 + t, "tenant_id": t, "secret_hash": v}
        for t in (1, 2)
        for v in (None, "", "!", "***", "LDAP ")
    ]
    assert shared(source, [*KEYS, same, *empty]).findings == ()

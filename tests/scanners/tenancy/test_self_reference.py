from __future__ import annotations

import auditkit

POLICY = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}"
TENANTS = [{"id": t} for t in range(1, 5)]
USERS = [
    {
        "id": 10 + n,
        "tenant_id": 1 + n % 4,
        "manager_id": 10 + n % 4 if n > 3 else None,
        "email": f"u{n}@example.org",
    }
    for n in range(240)
]


def crossing(source, users, **more):
    data = source({"tenants": TENANTS, "users": users, **more})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-self-reference"], strict=True)


def test_hierarchies_within_a_tenant_pass(source):
    assert [(o.table, o.columns, o.of) for o in crossing(source, USERS).passed] == [
        ("users", ("manager_id",), 240)
    ]


def test_a_hierarchy_that_crosses_tenants_is_found_until_corrected(source):
    wrong = [
        {"id": 900 + n, "tenant_id": 1, "manager_id": 11, "email": f"w{n}@example.org"} for n in range(2)
    ]
    (found,) = crossing(source, USERS + wrong).findings
    assert (found.table, found.columns, found.rows, found.of, found.detail["pairs"]) == (
        "users",
        ("manager_id",),
        2,
        242,
        1,
    )
    assert crossing(source, USERS + [{**w, "manager_id": 10} for w in wrong]).findings == ()


def test_a_table_that_has_its_tenant_from_a_parent_is_judged_too(source):
    posts = [
        {"id": 5000 + n, "author_id": 10 + n, "reply_to_id": 5000 + n % 4 if n > 3 else None}
        for n in range(200)
    ]
    assert crossing(source, USERS, posts=posts).findings == ()
    (found,) = crossing(
        source, USERS, posts=[*posts, {"id": 9000, "author_id": 10, "reply_to_id": 5001}]
    ).findings
    assert (found.table, found.rows) == ("posts", 1)

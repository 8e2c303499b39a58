from __future__ import annotations

import json

import pandas as pd

import auditkit
from auditkit.relations.tenant_map import tenant_map_of

TENANTS = [{"id": 101 + n} for n in range(3)]
USERS = [{"id": 1000 + n, "email": f"u{n}@example.org"} for n in range(60)]
MEMBERS = [{"user_id": 1000 + n, "tenant_id": 101 + n % 3} for n in range(60)]
TICKETS = [{"id": n, "tenant_id": 101 + n % 3, "assignee_id": 1000 + n % 60} for n in range(100)]
COMMENTS = [{"id": n, "ticket_id": n, "body": "text", "device_id": 77_000 + 3 * n} for n in range(100)]
BILLS = [{"id": n, "organisation": 101 + n % 3} for n in range(30)]
DESK = {
    "tenants": TENANTS, "users": USERS, "members": MEMBERS, "tickets": TICKETS, "comments": COMMENTS,
    "bills": BILLS, "plans": [{"id": 1, "name": "free"}], "weather": [{"day": 1}], "migrations": [{"id": 1}],
}  # fmt: skip
POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, shared: [plans]}
tables: {bills: {tenant_key: organisation}}
exclude: [{tables: migrations, reason: nothing about anybody}]
"""


def mapped(source, policy=POLICY, tables=DESK):
    with auditkit.open(source(tables)) as dataset:
        return tenant_map_of(dataset, auditkit.Policy.parse(policy))


def test_every_table_has_a_scope_and_no_table_is_left_out(source):
    found = {p.table: (p.scope, p.column) for p in mapped(source).tables}
    assert found == {
        "tenants": ("root", "id"),
        "bills": ("direct", "organisation"),
        "tickets": ("direct", "tenant_id"),
        "comments": ("derived", None),
        "members": ("membership", "tenant_id"),
        "plans": ("global", None),
        "users": ("unknown", None),
        "weather": ("unknown", None),
        "migrations": ("not seen", None),
    }


def test_the_text_shows_the_evidence_the_paths_and_columns_whose_parent_is_not_found(source):
    text = mapped(source).to_text()
    assert text.startswith("tenants are the rows of tenants, by tenant_id (declared in the policy)")
    assert "through comments.ticket_id -> tickets.id (inferred)" in text
    assert "people; their tenants are in members" in text
    assert "device_id is named like a reference, and its table was not found" in text
    assert "excluded by the policy: nothing about anybody" in text
    assert text.rstrip().endswith(
        "9 tables: 1 root, 2 direct, 1 derived, 1 membership, 1 global, 2 unknown, 1 not seen"
    )


def test_a_secret_is_no_reference_and_a_long_name_no_long_line():
    long = "t" * 300
    frames = {
        "tenants": pd.DataFrame(TENANTS),
        long: pd.DataFrame({"id": [1], "tenant_id": [101], "api_key": ["k1"], "device_id": [7]}),
    }
    with auditkit.open(frames) as dataset:
        found = tenant_map_of(
            dataset, auditkit.Policy.parse("{version: 1, name: x, tenancy: {root: tenants, key: tenant_id}}")
        )
    assert next(p.unknown for p in found.tables if p.table == long) == ("device_id",)
    assert long not in found.to_text() and long in found.to_yaml()


def test_the_yaml_is_a_policy_that_says_the_same(source):
    first = mapped(source)
    again = mapped(
        source, f"version: 1\nname: Desk\n{first.to_yaml()}\nexclude: [{{tables: migrations, reason: none}}]"
    )
    scopes = lambda found: {p.table: (p.scope, p.column) for p in found.tables}
    assert scopes(again) == scopes(first)
    assert {(r.table, r.columns, r.origin.value) for r in again.references} >= {
        ("tickets", ("assignee_id",), "policy")
    }
    assert "# weather is unknown" in first.to_yaml()


def test_without_a_tenant_every_table_is_unknown_and_the_yaml_loads(tmp_path):
    with auditkit.open({"people": pd.DataFrame({"id": [1], "email": ["a@example.org"]})}) as dataset:
        found = tenant_map_of(dataset, auditkit.Policy.empty())
    assert [(p.table, p.scope) for p in found.tables] == [("people", "unknown")]
    assert auditkit.Policy.parse(f"version: 1\nname: x\n{found.to_yaml()}").tenancy is None
    assert json.loads(json.dumps(found.to_dict()))["tables"]["people"]["scope"] == "unknown"


def test_names_that_mean_something_in_yaml_are_quoted(source):
    tables = {
        "tenants": TENANTS,
        "no": [{"id": 1, "tenant_id": 101}],
        "a: b #c": [{"id": 1}],
        "tickets": TICKETS,
    }
    found = mapped(
        source,
        "version: 1\nname: x\ntenancy: {root: tenants, key: tenant_id, shared: ['no', 'a: b #c']}",
        tables,
    )
    assert auditkit.Policy.parse(f"version: 1\nname: x\n{found.to_yaml()}").tenancy.shared == (
        "a: b #c",
        "no",
    )

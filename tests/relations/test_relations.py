from __future__ import annotations

from datetime import date

import pandas as pd
import psycopg
import pytest

import auditkit
from auditkit import relations
from auditkit.catalogue import catalogue
from auditkit.examine import examine
from auditkit.options import RunOptions
from auditkit.relations import Origin, ScopeKind

TENANTS = [{"id": t, "name": f"Tenant {t}"} for t in (101, 102, 103)]
USERS = [
    {
        "id": 1000 + n,
        "tenant_id": 101 + n % 3,
        "email": f"u{n}@example.org",
        "manager_id": 1000 + n // 2 if n > 3 else None,
    }
    for n in range(60)
]
TICKETS = [
    {"id": n, "tenant_id": 101 + n % 3, "requester_id": 1000 + n % 60, "parent_id": n - 1 if n else None}
    for n in range(200)
]
COMMENTS = [{"id": n, "ticket_id": n, "author_id": 1000 + n % 60, "body": "text"} for n in range(150)]
REPLIES = [{"id": n, "comment_id": n} for n in range(90)]
PLANS = [{"id": n, "name": "free"} for n in range(3)]
DESK = {
    "tenants": TENANTS,
    "users": USERS,
    "tickets": TICKETS,
    "comments": COMMENTS,
    "replies": REPLIES,
    "plans": PLANS,
}
TENANCY = "tenancy: {root: tenants, key: tenant_id, shared: [plans]}"


def related(source, tables=DESK, policy=TENANCY, keys=()):
    with auditkit.open(source(tables, keys)) as dataset:
        return relations.of(dataset, auditkit.Policy.parse(f"{{version: 1, name: Desk, {policy}}}"))


def ends(found):
    return {
        f"{r.table}.{'+'.join(r.columns)}": f"{r.parent}.{'+'.join(r.parent_columns)}"
        for r in found.references
    }


def test_references_that_nobody_declared_are_found_by_what_their_names_say(source):
    assert ends(related(source)) == {
        "users.tenant_id": "tenants.id",
        "users.manager_id": "users.id",
        "tickets.tenant_id": "tenants.id",
        "tickets.requester_id": "users.id",
        "tickets.parent_id": "tickets.id",
        "comments.ticket_id": "tickets.id",
        "comments.author_id": "users.id",
        "replies.comment_id": "comments.id",
    }


def test_the_reference_of_one_column_is_that_among_all(source):
    policy = auditkit.Policy.parse(f"{{version: 1, name: Desk, {TENANCY}}}")
    with auditkit.open(source(DESK)) as dataset:
        every = relations.of(dataset, policy)
        tables = relations.tables_of(dataset, policy)
        for name, table in tables.all.items():
            for column in table.columns:
                assert relations.reference_of(tables, policy, name, column) == every.through(name, column)


def test_only_the_tables_that_names_leave_open_are_measured():
    """A key is not measured where nothing can refer to it: counting the values of a large table is slow."""
    policy = auditkit.Policy.parse("{version: 1, name: Desk}")
    tables = {
        "users": USERS,
        "tickets": [
            {k: t[k] for k in ("id", "requester_id")} | {"user_id": t["requester_id"]} for t in TICKETS
        ],
    }
    with auditkit.open({name: pd.DataFrame(rows) for name, rows in tables.items()}) as dataset:
        found = relations.tables_of(dataset, policy)
        assert relations.reference_of(found, policy, "tickets", "user_id").parent == "users"
        assert set(found._unique) == {"users"}


def test_the_rule_of_a_table_needs_no_other():
    policy = auditkit.Policy.parse(
        "{version: 1, name: D, tables: {tickets: {retention: {start: at, max: P1Y, basis: b}}}}"
    )
    rows = pd.DataFrame([{**t, "at": pd.Timestamp("2020-01-01")} for t in TICKETS])
    with auditkit.open({"users": pd.DataFrame(USERS), "tickets": rows}) as dataset:
        examined = examine([catalogue()["retention-overdue"]], dataset, policy, RunOptions(date(2026, 1, 1)))
        facts = examined.run.facts
        assert [o.rows for o in examined.outcomes if o.verdict == "finding"] == [200]
        assert not facts.asked("structure")
        assert facts.get("keys", {})._unique == {}


def test_a_table_that_cannot_be_read_hides_no_other(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("""
            DROP SCHEMA public CASCADE; CREATE SCHEMA public;
            CREATE TABLE tenants(id int PRIMARY KEY); INSERT INTO tenants VALUES (1), (2);
            CREATE TABLE users(id int PRIMARY KEY, tenant_id int);
            INSERT INTO users SELECT n, 1 + n % 2 FROM generate_series(1, 60) n;
            CREATE TABLE notes(id int, user_id int, tenant_id int);
            INSERT INTO notes SELECT n, n, 1 + n % 2 FROM generate_series(1, 60) n;
            CREATE VIEW broken AS SELECT id / (id - id) AS id, tenant_id, id AS user_id FROM users;
            CREATE TABLE parts(id int, broken_id int, tenant_id int);
        """)
    with auditkit.open(postgres_server) as dataset:
        found = relations.of(
            dataset, auditkit.Policy.parse("{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}}")
        )
    assert ends(found)["notes.user_id"] == "users.id"
    assert set(found.lost) == {"parts"}, "what its column names cannot be looked at"
    assert "22012" in found.lost["parts"].reason


def test_every_table_has_one_tenant_scope(source):
    scopes = related(source).scopes
    assert {name: s.kind for name, s in scopes.items()} == {
        "tenants": ScopeKind.ROOT,
        "users": ScopeKind.DIRECT,
        "tickets": ScopeKind.DIRECT,
        "comments": ScopeKind.DERIVED,
        "replies": ScopeKind.DERIVED,
        "plans": ScopeKind.GLOBAL,
    }
    assert [str(r) for r in scopes["replies"].paths[0]] == [
        "replies.comment_id -> comments.id",
        "comments.ticket_id -> tickets.id",
    ]


def test_a_declared_reference_replaces_an_inferred_one(source):
    found = related(
        source, keys=["users: PRIMARY KEY (id)", "comments: FOREIGN KEY (author_id) REFERENCES users (id)"]
    )
    origin = found.through("comments", "author_id").origin
    assert origin in (Origin.DECLARED, Origin.INFERRED)


def test_a_reference_of_the_policy_replaces_an_inferred_one(source):
    found = related(source, policy=TENANCY + ", tables: {tickets: {references: {requester_id: users.id}}}")
    assert found.through("tickets", "requester_id").origin is Origin.POLICY


@pytest.mark.parametrize(("target", "nearest"), [("user.id", "users"), ("users.ids", "id")])
def test_a_reference_to_a_missing_table_or_column_is_an_error_with_the_most_similar_name(
    source, target, nearest
):
    with pytest.raises(auditkit.PolicyError, match=f"Did you mean '{nearest}'"):
        related(source, policy=TENANCY + f", tables: {{tickets: {{references: {{requester_id: {target}}}}}}}")


def test_a_column_whose_name_does_not_help_is_inferred_from_its_values(source):
    tables = {**DESK, "visits": [{"id": 7 * n, "passport_ref": 1000 + n} for n in range(55)]}
    assert ends(related(source, tables))["visits.passport_ref"] == "users.id"


def test_a_column_whose_parent_is_not_found_is_listed_as_unknown(source):
    tables = {**DESK, "visits": [{"id": n, "device_id": 77_000 + 3 * n} for n in range(80)]}
    assert related(source, tables).unknown == (("visits", "device_id"),)


def test_the_column_of_a_polymorphic_reference_is_not_a_plain_reference(source):
    tables = {**DESK, "likes": [{"id": n, "item_type": "ticket", "item_id": n} for n in range(100)]}
    assert "likes.item_id" not in ends(related(source, tables))


def test_a_tenancy_is_proposed_where_two_tables_carry_a_column_that_names_the_root(source):
    found = related(source, policy="tables: {}")
    assert (found.boundary.root, found.boundary.key, found.boundary.origin) == (
        "tenants",
        "tenant_id",
        Origin.INFERRED,
    )


def test_without_anything_that_says_what_a_tenant_is_every_scope_is_unknown():
    with auditkit.open({"people": pd.DataFrame({"id": [1], "email": ["a@example.org"]})}) as dataset:
        found = relations.of(dataset, auditkit.Policy.empty())
    assert found.boundary is None
    assert {s.kind for s in found.scopes.values()} == {ScopeKind.UNKNOWN}


def test_the_key_that_names_a_table_refers_to_no_other_key_of_it():
    actors = pd.DataFrame({"actor_id": range(100, 170), "actor_uuid": range(100, 170)})
    with auditkit.open({"actors": actors}) as dataset:
        assert relations.of(dataset, auditkit.Policy.parse("{version: 1, name: x}")).of("actors") == ()

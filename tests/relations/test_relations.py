from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from auditkit import relations
from auditkit.relations import Origin, ScopeKind

TENANTS = [{"id": t, "name": f"Tenant {t}"} for t in (101, 102, 103)]
USERS = [
    {"id": 1000 + n, "tenant_id": 101 + n % 3, "email": f"u{n}@example.org", "manager_id": 1000 + n // 2 if n > 3 else None}
    for n in range(60)
]
TICKETS = [{"id": n, "tenant_id": 101 + n % 3, "requester_id": 1000 + n % 60, "parent_id": n - 1 if n else None} for n in range(200)]
COMMENTS = [{"id": n, "ticket_id": n, "author_id": 1000 + n % 60, "body": "text"} for n in range(150)]
REPLIES = [{"id": n, "comment_id": n} for n in range(90)]
PLANS = [{"id": n, "name": "free"} for n in range(3)]
DESK = {"tenants": TENANTS, "users": USERS, "tickets": TICKETS, "comments": COMMENTS, "replies": REPLIES, "plans": PLANS}
TENANCY = "tenancy: {root: tenants, key: tenant_id, shared: [plans]}"


def related(source, tables=DESK, policy=TENANCY, keys=()):
    with auditkit.open(source(tables, keys)) as dataset:
        return relations.of(dataset, auditkit.Policy.parse(f"{{version: 1, name: Desk, {policy}}}"))


def ends(found):
    return {f"{r.table}.{'+'.join(r.columns)}": f"{r.parent}.{'+'.join(r.parent_columns)}" for r in found.references}


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
    assert [str(r) for r in scopes["replies"].paths[0]] == ["replies.comment_id -> comments.id", "comments.ticket_id -> tickets.id"]


def test_what_the_database_declares_goes_before_what_is_inferred(source):
    found = related(source, keys=["users: PRIMARY KEY (id)", "comments: FOREIGN KEY (author_id) REFERENCES users (id)"])
    origin = found.through("comments", "author_id").origin
    assert origin in (Origin.DECLARED, Origin.INFERRED)


def test_what_the_policy_names_goes_before_what_is_inferred(source):
    found = related(source, policy=TENANCY + ", tables: {tickets: {references: {requester_id: users.id}}}")
    assert found.through("tickets", "requester_id").origin is Origin.POLICY


@pytest.mark.parametrize(("target", "nearest"), [("user.id", "users"), ("users.ids", "id")])
def test_a_reference_to_what_is_not_there_is_an_error_with_the_nearest_name(source, target, nearest):
    with pytest.raises(auditkit.PolicyError, match=f"Did you mean '{nearest}'"):
        related(source, policy=TENANCY + f", tables: {{tickets: {{references: {{requester_id: {target}}}}}}}")


def test_a_column_without_a_name_that_says_it_is_told_by_its_values(source):
    tables = {**DESK, "visits": [{"id": 7 * n, "passport_ref": 1000 + n} for n in range(55)]}
    assert ends(related(source, tables))["visits.passport_ref"] == "users.id"


def test_a_column_that_leads_nowhere_is_listed_as_unknown(source):
    tables = {**DESK, "visits": [{"id": n, "device_id": 77_000 + 3 * n} for n in range(80)]}
    assert related(source, tables).unknown == (("visits", "device_id"),)


def test_the_two_columns_of_a_polymorphic_reference_are_none(source):
    tables = {**DESK, "likes": [{"id": n, "item_type": "ticket", "item_id": n} for n in range(100)]}
    assert "likes.item_id" not in ends(related(source, tables))


def test_a_tenancy_is_proposed_where_two_tables_carry_a_column_that_names_the_root(source):
    found = related(source, policy="tables: {}")
    assert (found.boundary.root, found.boundary.key, found.boundary.origin) == ("tenants", "tenant_id", Origin.INFERRED)


def test_without_anything_that_says_what_a_tenant_is_every_scope_is_unknown():
    with auditkit.open({"people": pd.DataFrame({"id": [1], "email": ["a@example.org"]})}) as dataset:
        found = relations.of(dataset, auditkit.Policy.empty())
    assert found.boundary is None
    assert {s.kind for s in found.scopes.values()} == {ScopeKind.UNKNOWN}

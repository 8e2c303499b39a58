"""Two databases in one audit: each is itself, to Ibis too, and a check that needs both of them says so."""

from __future__ import annotations

import sqlite3

import pytest

import auditkit
from auditkit.dataset import SourceError
from auditkit.dataset.identity import is_apart
from auditkit.outcome import Cause

CRM = """
    CREATE TABLE tenants(id INTEGER PRIMARY KEY);
    CREATE TABLE users(id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants(id), seen_at TEXT);
    INSERT INTO tenants VALUES (1), (2);
    INSERT INTO users VALUES (1, 1, '2010-01-01'), (2, 2, '2025-06-01'), (3, 2, '2025-06-01');
"""
SHOP = """
    CREATE TABLE users(id INTEGER PRIMARY KEY, tenant_id INTEGER, seen_at TEXT);
    CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id INTEGER, seen_at TEXT, kind TEXT);
    INSERT INTO users VALUES (1, 1, '2010-01-01'); INSERT INTO orders VALUES (1, 1, '2010-01-01', 'a');
"""
POLICY = """
version: 1
name: Shop
tenancy: {root: crm.tenants, key: tenant_id}
tables:
  crm.users: {retention: {start: seen_at, max: P3Y, basis: law}}
  shop.orders: {references: {user_id: crm.users.id}, retention: {via: user_id, where: "kind LIKE 'a%'"}}
"""


@pytest.fixture
def several(tmp_path):
    for name, script in (("crm", CRM), ("shop", SHOP)):
        with sqlite3.connect(tmp_path / f"{name}.db") as raw:
            raw.executescript(script)
        raw.close()
    return [f"{name}={tmp_path / name}.db" for name in ("crm", "shop")]


def test_tables_of_one_name_in_two_databases_are_two(several):
    with auditkit.open(several) as dataset:
        crm, shop = dataset.tables["crm.users"], dataset.tables["shop.users"]
        assert [dataset.fetch(t.aggregate(n=t.count()))[0]["n"] for t in (crm, shop)] == [3, 1]
        assert is_apart(crm, shop) and not is_apart(crm, dataset.tables["crm.tenants"])


def test_a_query_over_both_is_refused_with_what_works_instead(several):
    with auditkit.open(several) as dataset:
        crm, shop = dataset.tables["crm.users"], dataset.tables["shop.users"]
        with pytest.raises(SourceError, match="give both as files") as refused:
            dataset.fetch(crm.join(shop.view(), "id").select("id"))
        assert refused.value.missing.cause is Cause.UNSEEN


def test_a_reference_from_one_database_into_the_other_is_unseen_and_nothing_else_is(several):
    policy = auditkit.Policy.parse(POLICY)
    audit = auditkit.audit(
        several, policy, scanners=["tenancy", "retention"], as_of="2026-01-01", strict=True
    )
    assert [(f.check, f.table, f.rows) for f in audit.findings] == [("retention-overdue", "crm.users", 1)]
    unseen = {(o.check, o.table): o.reason for o in audit.not_assessed if o.cause is Cause.UNSEEN}
    assert {table for _, table in unseen} == {"shop.orders", "shop.users"}
    assert {
        ("retention-overdue", "shop.orders"),
        ("retention-orphaned-child", "shop.orders"),
        ("tenancy-orphan-parent", "shop.orders"),
    } <= {*unseen}
    assert all("different databases" in reason for reason in unseen.values())
    assert not [o for o in audit.not_assessed if o.cause is Cause.ERROR]
    passed = {(o.check, o.table) for o in audit.passed}
    assert ("tenancy-orphan-tenant", "crm.users") in passed, "the other database does not blind the one"

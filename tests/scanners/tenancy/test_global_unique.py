from __future__ import annotations

import sqlite3

import duckdb
import psycopg
import pytest

import auditkit

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}"
TABLES = """
    CREATE TABLE tenants (id INTEGER PRIMARY KEY, slug TEXT UNIQUE);
    CREATE TABLE plans (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
    CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER, public_id TEXT UNIQUE,
        api_key TEXT UNIQUE);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER, project_id INTEGER, name TEXT,
        UNIQUE (project_id, name));
"""
CHOSEN = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY, tenant_id INTEGER, email TEXT, badge INTEGER, UNIQUE"
    " (email), UNIQUE (badge));"
)
REPAIRED = CHOSEN.replace(
    "UNIQUE (email), UNIQUE (badge)", "UNIQUE (tenant_id, email), UNIQUE (badge, tenant_id)"
)


@pytest.fixture(params=["sqlite", "duckdb", "postgres"])
def declared(request, tmp_path):
    """Return a function that makes an empty database of some DDL."""

    def made(ddl):
        match request.param:
            case "sqlite":
                path = tmp_path / "data.sqlite"
                path.unlink(missing_ok=True)
                with sqlite3.connect(path) as connection:
                    connection.executescript(ddl)
                return path
            case "duckdb":
                path = tmp_path / "data.duckdb"
                path.unlink(missing_ok=True)
                with duckdb.connect(path) as connection:
                    connection.execute(ddl)
                return path
            case _:
                url = request.getfixturevalue("postgres_server")
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {ddl}")
                return url

    return made


def unique(source):
    return auditkit.audit(
        source, auditkit.Policy.parse(POLICY), checks=["tenancy-global-unique"], strict=True
    )


def test_keys_that_are_counted_up_random_secret_or_under_a_parent_do_not_count(declared):
    audit = unique(declared(TABLES))
    assert (audit.findings, audit.passed) == ((), ())
    assert {o.cause.value for o in audit.not_assessed} == {"not_applicable"}


def test_keys_over_what_somebody_chooses_are_found_until_they_carry_the_tenant(declared):
    found = {f.columns: f for f in unique(declared(TABLES + CHOSEN)).findings}
    assert set(found) == {("email",), ("badge",)}
    assert {(f.table, f.severity, f.confidence, f.rows) for f in found.values()} == {
        ("users", "low", "high", None)
    }
    local = (
        found[("email",)].detail["ddl"]
        == "CREATE UNIQUE INDEX users_tenant_id_email ON users (tenant_id, email)"
    )
    assert local or found[("email",)].detail["ddl"] == "ALTER TABLE users ADD UNIQUE (tenant_id, email)"
    audit = unique(declared(TABLES + REPAIRED))
    assert (audit.findings, {o.columns for o in audit.passed}) == (
        (),
        {("tenant_id", "email"), ("badge", "tenant_id")},
    )

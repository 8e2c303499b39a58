from __future__ import annotations

import sqlite3

import psycopg
import pytest

import auditkit

EMPTY = "CREATE TABLE tenants (id INTEGER PRIMARY KEY); CREATE TABLE plans (id INTEGER PRIMARY KEY);"
POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}"
TABLES = """
    CREATE TABLE tenants (id INTEGER PRIMARY KEY);
    CREATE TABLE plans (id INTEGER PRIMARY KEY);
    CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id));
    CREATE TABLE notes (id INTEGER PRIMARY KEY, project_id INTEGER REFERENCES projects (id));
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id),
        plan_id INTEGER REFERENCES plans (id),
"""
BARE = (
    TABLES
    + "project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE, parent_id INTEGER REFERENCES tasks"
    " (id));"
)
REPAIRED = (
    TABLES.replace(
        "projects (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id)",
        "projects (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id), UNIQUE (tenant_id, id)",
    )
    + """project_id INTEGER, parent_id INTEGER, UNIQUE (tenant_id, id),
        FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
        FOREIGN KEY (tenant_id, parent_id) REFERENCES tasks (tenant_id, id));"""
)


@pytest.fixture(params=["sqlite", "postgres"])
def declared(request, tmp_path):
    """Return a function that makes an empty database of some DDL."""

    def on_sqlite(ddl):
        path = tmp_path / "data.sqlite"
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            connection.executescript(ddl)
        return path

    def on_postgres(ddl):
        url = request.getfixturevalue("postgres_server")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {ddl}")
        return url

    return {"sqlite": on_sqlite, "postgres": on_postgres}[request.param]


def bare(source):
    return auditkit.audit(
        source, auditkit.Policy.parse(POLICY), checks=["tenancy-bare-foreign-key"], strict=True
    )


def test_keys_without_the_tenant_are_found_until_they_carry_it(declared):
    found = bare(declared(BARE)).findings
    assert {(f.table, f.columns, f.target, f.severity, f.confidence, f.rows) for f in found} == {
        ("tasks", ("project_id",), "projects", "medium", "high", None),
        ("tasks", ("parent_id",), "tasks", "medium", "high", None),
    }
    assert {f.detail["on_delete"] for f in found} >= {"CASCADE"}
    audit = bare(declared(REPAIRED))
    assert audit.findings == ()
    assert {(o.columns, o.target) for o in audit.passed} == {
        (("tenant_id", "project_id"), "projects"),
        (("tenant_id", "parent_id"), "tasks"),
    }


def test_the_statements_of_the_finding_repair_the_key(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {BARE}")
        for finding in bare(postgres_server).findings:
            connection.execute(finding.detail["ddl"])
        connection.execute(
            "ALTER TABLE tasks DROP CONSTRAINT tasks_project_id_fkey, DROP CONSTRAINT tasks_parent_id_fkey"
        )
    assert bare(postgres_server).findings == ()


def test_people_who_belong_to_several_tenants_are_referred_to_as_members(declared):
    people = """
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE members (user_id INTEGER REFERENCES users (id), tenant_id INTEGER,
            UNIQUE (tenant_id, user_id));
        CREATE TABLE files (id INTEGER PRIMARY KEY, tenant_id INTEGER,
            owner_id INTEGER REFERENCES users (id)"""
    (found,) = bare(declared(f"{EMPTY} {people});")).findings
    assert found.detail["ddl"].endswith(
        "files ADD FOREIGN KEY (tenant_id, owner_id) REFERENCES members (tenant_id, user_id) NOT VALID"
    )
    repaired = f"{people}, FOREIGN KEY (tenant_id, owner_id) REFERENCES members (tenant_id, user_id));"
    assert bare(declared(f"{EMPTY} {repaired}")).findings == ()


def test_without_declared_keys_it_does_not_apply(source):
    data = source(
        {
            "tenants": [{"id": 1}],
            "projects": [{"id": 1, "tenant_id": 1}],
            "tasks": [{"tenant_id": 1, "project_id": 1}],
            "plans": [{"id": 1}],
        }
    )
    assert {o.cause.value for o in bare(data).not_assessed} == {"not_applicable"}

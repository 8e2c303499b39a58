from __future__ import annotations

import sqlite3

import psycopg
import pytest

import auditkit

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
DDL = """
    CREATE TABLE tenants (id INTEGER PRIMARY KEY);
    CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER);
    CREATE TABLE tasks (
        id INTEGER PRIMARY KEY, tenant_id INTEGER,
        project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE,
        board_id INTEGER REFERENCES projects (id) ON DELETE SET NULL,
        origin_id INTEGER REFERENCES projects (id)
    );
    INSERT INTO tenants VALUES (1), (2), (3);
"""


def tasks(*wrong: tuple[int, int, int, int]) -> str:
    """Return the rows: each task in its tenant (project 10 t + n), then those that are given as tenant and
    its three projects.
    """
    rows = [(1 + n % 3, 10 * (1 + n % 3), 10 * (1 + n % 3), 10 * (1 + n % 3)) for n in range(240)]
    projects = ", ".join(f"({10 * t}, {t})" for t in (1, 2, 3))
    values = ", ".join(f"({i}, {', '.join(map(str, row))})" for i, row in enumerate([*rows, *wrong]))
    return f"INSERT INTO projects VALUES {projects}; INSERT INTO tasks VALUES {values};"


@pytest.fixture(params=["sqlite", "postgres"])
def reached(request, tmp_path):
    """Return a function that audits tasks, on an engine that declares what a delete reaches."""

    def audit(rows):
        if request.param == "sqlite":
            source = tmp_path / "data.sqlite"
            source.unlink(missing_ok=True)
            with sqlite3.connect(source) as connection:
                connection.executescript(DDL + rows)
        else:
            source = request.getfixturevalue("postgres_server")
            with psycopg.connect(source, autocommit=True) as connection:
                connection.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {DDL}{rows}")
        return auditkit.audit(source, auditkit.Policy.parse(POLICY), checks=["tenancy-cascade"], strict=True)

    return audit


def test_deletes_within_a_tenant_pass_and_keys_without_an_action_do_not_apply(reached):
    audit = reached(tasks())
    assert {(o.columns, o.of) for o in audit.passed} == {(("project_id",), 240), (("board_id",), 240)}
    assert ("tasks", ("origin_id",), "not_applicable") in {
        (o.table, o.columns, o.cause.value) for o in audit.not_assessed
    }


def test_rows_that_another_tenants_delete_reaches_are_found_until_corrected(reached):
    found = {f.columns: f for f in reached(tasks((1, 20, 30, 30), (1, 10, 30, 10), (1, 10, 10, 20))).findings}
    assert {c: (f.rows, f.of, f.detail["on_delete"]) for c, f in found.items()} == {
        ("project_id",): (1, 243, "CASCADE"),
        ("board_id",): (2, 243, "SET NULL"),
    }
    assert {f.severity for f in found.values()} == {"critical"}
    assert reached(tasks((1, 10, 10, 30))).findings == ()

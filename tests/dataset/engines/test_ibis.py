"""A backend for which auditkit has no engine of its own: what it cannot show is not assessed, and why."""

from __future__ import annotations

import sqlite3

import ibis
import pytest

import auditkit
from auditkit.dataset import SourceError
from auditkit.dataset.identity import distinct

POLICY = auditkit.Policy.parse("{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}")
SCHEMA = """
    CREATE TABLE tenants(id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE projects(id INTEGER PRIMARY KEY, tenant_id INTEGER, code TEXT UNIQUE);
    CREATE TABLE tasks(id INTEGER PRIMARY KEY, tenant_id INTEGER, project_id INTEGER REFERENCES projects);
    INSERT INTO tenants VALUES (1, 'a'), (2, 'b');
    INSERT INTO projects VALUES (10, 1, 'p'), (20, 2, 'q');
    INSERT INTO tasks VALUES (1, 1, 10), (2, 1, 20);
    CREATE TABLE "jane.roe@example.org"(id INTEGER, blank BLOB);
    INSERT INTO "jane.roe@example.org" VALUES (1, x'ff')"""


@pytest.fixture
def backend():
    """Return a backend of a database that auditkit does not know; it runs on SQLite."""
    raw = sqlite3.connect(":memory:")
    raw.executescript(SCHEMA)
    backend = distinct(ibis.sqlite.from_connection(raw))
    backend.name = "exasol"
    yield backend
    raw.close()


def test_what_it_lists_is_read_and_values_in_names_are_hidden(backend):
    with auditkit.open(backend) as dataset:
        assert set(dataset.tables) == {"projects", "table 1", "tasks", "tenants"}
        assert dataset.dialect == "exasol"
        tasks = dataset.tables["tasks"]
        assert dataset.fetch(tasks.aggregate(n=tasks.count())) == [{"n": 2}]
        assert sorted(row for rows in dataset.stream(tasks.select("id")) for row in rows) == [("1",), ("2",)]
        (batch,) = dataset.batches("tasks", columns=["id"])
        assert sorted(batch.to_pydict()["id"]) == ["1", "2"]
        assert "jane" not in dataset.sql(dataset.tables["table 1"])
    assert backend.list_tables()  # its connection stays open


def test_a_table_and_a_query_of_it_are_sources(backend):
    for source, name in ((backend.table("tasks"), "tasks"), (backend.table("tasks").filter(True), "data")):
        with auditkit.open(source) as dataset:
            assert list(dataset.tables) == [name]


def test_what_it_cannot_show_is_not_assessed_and_no_url_is_asked_for(backend):
    audit = auditkit.audit(backend, POLICY, strict=True)
    reasons = {(o.check, o.table): (str(o.cause), o.reason) for o in audit.not_assessed}
    cause, reason = reasons["access-open-host", None]
    assert cause == "unseen"
    assert "exasol" in reason and "URL" not in reason and "://" not in reason
    for check in ("tenancy-bare-foreign-key", "tenancy-global-unique"):
        cause, reason = reasons[check, "projects"]
        assert (cause, "shows no declared keys" in reason) == ("unseen", True)


def test_a_server_that_auditkit_opens_itself_is_asked_for_by_its_schemes(postgres_server):
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_server, autocommit=True) as raw:
        raw.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t AS SELECT 1 AS id")
        with auditkit.open(ibis.postgres.from_connection(raw)) as dataset:
            missing = dataset.no_server()
    assert str(missing.cause) == "unseen"
    assert "postgres:// or postgresql://" in missing.reason


def test_no_statement_begins_when_no_time_is_left(backend):
    with auditkit.open(backend) as dataset:
        dataset.limit_statements(0)
        table = dataset.tables["tasks"]
        for attempt in (
            lambda: dataset.fetch(table),
            lambda: list(dataset.batches("tasks")),
            lambda: list(dataset.stream(table)),
        ):
            with pytest.raises(SourceError) as caught:
                attempt()
            assert caught.value.code == "budget"

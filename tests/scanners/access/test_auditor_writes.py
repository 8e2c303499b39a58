from __future__ import annotations

import pandas as pd
import psycopg
import pytest

import auditkit


def writes(url):
    return auditkit.audit(url, checks=["access-auditor-writes"], strict=True)


def test_a_role_that_could_write_is_found_until_it_only_reads(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE a(n int); CREATE TABLE b(n int)"
        )
        owner.execute(
            "DO $$ BEGIN CREATE ROLE writer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        owner.execute(
            "GRANT USAGE ON SCHEMA public TO writer; GRANT SELECT, INSERT ON a TO writer; GRANT SELECT ON b"
            " TO writer"
        )
        url = postgres_server.replace("postgres:@", "writer:@")
        (found,) = writes(url).findings
        assert (found.table, found.target, found.severity) == (None, "PostgreSQL", "high")
        assert dict(found.detail) == {"administers": False, "tables": 1}
        owner.execute("REVOKE INSERT ON a FROM writer")
        assert [o.check for o in writes(url).passed] == ["access-auditor-writes"]


@pytest.fixture
def writer(postgres_server):
    """Return the owner's connection, and a function that tells what is found of a role that may read one
    table.
    """
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE a(n int); CREATE VIEW shown AS"
            " SELECT n FROM a"
        )
        owner.execute(
            "CREATE ROLE aw_reads LOGIN; CREATE ROLE aw_app; GRANT USAGE ON SCHEMA public TO aw_reads, aw_app"
        )
        owner.execute("GRANT SELECT ON a TO aw_reads; GRANT INSERT ON a TO aw_app")

        def found():
            return [
                (f.severity.value, dict(f.detail))
                for f in writes(postgres_server.replace("postgres:@", "aw_reads:@")).findings
            ]

        try:
            yield owner.execute, found
        finally:
            owner.execute("DROP OWNED BY aw_reads, aw_app; DROP ROLE aw_reads, aw_app")


@pytest.mark.parametrize(
    ("may", "never", "severity", "detail"),
    [
        ("GRANT UPDATE (n) ON a TO aw_reads", "REVOKE UPDATE (n) ON a FROM aw_reads", "high", {"tables": 1}),
        ("GRANT DELETE ON shown TO aw_reads", "REVOKE DELETE ON shown FROM aw_reads", "high", {"tables": 1}),
        ("GRANT CREATE ON SCHEMA public TO aw_reads", "REVOKE CREATE ON SCHEMA public FROM aw_reads",
         "medium", {"schemas": 1}),
        ("GRANT aw_app TO aw_reads WITH INHERIT FALSE", "REVOKE aw_app FROM aw_reads",
         "medium", {"as_another_role": 1}),
        ("ALTER ROLE aw_reads REPLICATION", "ALTER ROLE aw_reads NOREPLICATION",
         "high", {"administers": True}),
        ("ALTER ROLE aw_app CREATEROLE; GRANT aw_app TO aw_reads WITH INHERIT FALSE",
         "REVOKE aw_app FROM aw_reads",
         "high", {"administers": True, "as_another_role": 1}),
    ],
)  # fmt: skip
def test_every_way_to_write_is_found_until_it_is_taken_away(writer, may, never, severity, detail):
    run, found = writer
    assert found() == []
    run(may)
    assert found() == [(severity, {"administers": False, "tables": 0, **detail})]
    run(never)
    assert found() == []


def test_a_right_in_a_closed_schema_writes_nothing(writer):
    run, found = writer
    run("GRANT INSERT ON a TO aw_reads; REVOKE USAGE ON SCHEMA public FROM aw_reads")
    assert found() == []


def test_an_administrator_is_found(postgres_server):
    (found,) = writes(postgres_server).findings
    assert found.detail["administers"] is True


def test_a_file_has_no_role():
    (outcome,) = writes({"people": pd.DataFrame({"id": [1]})}).outcomes
    assert outcome.cause == "not_applicable"

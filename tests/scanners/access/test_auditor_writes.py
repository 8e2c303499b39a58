from __future__ import annotations

import pandas as pd
import psycopg

import auditkit


def writes(url):
    return auditkit.audit(url, checks=["access-auditor-writes"], strict=True)


def test_a_role_that_could_write_is_found_until_it_only_reads(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE a(n int); CREATE TABLE b(n int)")
        owner.execute("DO $$ BEGIN CREATE ROLE writer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        owner.execute("GRANT USAGE ON SCHEMA public TO writer; GRANT SELECT, INSERT ON a TO writer; GRANT SELECT ON b TO writer")
        url = postgres_server.replace("postgres:@", "writer:@")
        (found,) = writes(url).findings
        assert (found.table, found.target, found.severity) == (None, "PostgreSQL", "high")
        assert dict(found.detail) == {"administers": False, "tables": 1}
        owner.execute("REVOKE INSERT ON a FROM writer")
        assert [o.check for o in writes(url).passed] == ["access-auditor-writes"]


def test_an_administrator_is_found(postgres_server):
    (found,) = writes(postgres_server).findings
    assert found.detail["administers"] is True


def test_a_file_has_no_role():
    (outcome,) = writes({"people": pd.DataFrame({"id": [1]})}).outcomes
    assert outcome.cause == "not_applicable"

from __future__ import annotations

import psycopg
import pytest

import auditkit

POLICY = auditkit.Policy.parse("{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}")
SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    DO $$ BEGIN CREATE ROLE watcher LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    ALTER ROLE watcher NOBYPASSRLS;
    CREATE TABLE tenants(id int PRIMARY KEY); INSERT INTO tenants VALUES (1), (2);
    CREATE TABLE files(id int PRIMARY KEY, tenant_id int);
    INSERT INTO files SELECT n, 1 + n % 2 FROM generate_series(1, 10) n;
    CREATE TABLE notes(id int PRIMARY KEY, tenant_id int, body text); INSERT INTO notes VALUES (1, 1, 'x');
    GRANT USAGE ON SCHEMA public TO watcher; GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher;
"""


@pytest.fixture
def watched(postgres_server):
    """Return a function that runs statements as the owner, and the source as a role that only reads."""
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(SCRIPT)
        yield owner.execute, postgres_server.replace("postgres:@", "watcher:@")


def audit(url, *checks, policy=POLICY):
    return auditkit.audit(url, policy, checks=["access-blind-auditor", *checks], strict=True)


def blind(found):
    return {f.table: dict(f.detail) for f in found.findings if f.check == "access-blind-auditor"}


def test_a_role_that_sees_everything_passes(watched):
    _, url = watched
    found = audit(url, "tenancy-missing-key")
    assert (found.findings, found.exit_code()) == ((), 0)


def test_a_table_without_columns_is_no_missing_right(watched):
    run, url = watched
    run("CREATE TABLE bare()")
    found = audit(url)
    assert (found.findings, found.exit_code()) == ((), 0)
    assert "no columns" in auditkit.open(url).relations["bare"].missing.reason


def test_rows_that_row_level_security_hides_are_unseen_and_never_passed_until_the_role_bypasses_it(watched):
    run, url = watched
    run("ALTER TABLE files ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON files USING (tenant_id = 1)")
    found = audit(url, "tenancy-missing-key")
    assert blind(found) == {"files": {"cause": "unseen"}}
    assert [(o.table, o.cause.value) for o in found.not_assessed if o.cause.value == "unseen"] == [
        ("files", "unseen")
    ]
    assert "files" not in {o.table for o in found.passed}
    assert found.exit_code() == 1
    run("ALTER ROLE watcher BYPASSRLS")
    found = audit(url, "tenancy-missing-key")
    assert (blind(found), ("files", 10) in [(o.table, o.of) for o in found.passed]) == ({}, True)


def test_tables_and_columns_without_a_right_are_named_until_granted(watched):
    run, url = watched
    run("REVOKE SELECT ON notes, files FROM watcher; GRANT SELECT (id, tenant_id) ON notes TO watcher")
    found = audit(url, "tenancy-missing-key")
    assert blind(found) == {"files": {"cause": "no_right"}, "notes": {"closed_columns": 1}}
    assert {o.table for o in found.passed} == {"notes"}
    run("GRANT SELECT ON notes, files TO watcher")
    assert blind(audit(url)) == {}


def test_what_the_policy_excludes_is_not_meant_to_be_seen(watched):
    run, url = watched
    run("REVOKE SELECT ON notes FROM watcher")
    policy = auditkit.Policy.parse("{version: 1, name: Desk, exclude: [{tables: notes, reason: not ours}]}")
    assert blind(audit(url, policy=policy)) == {}

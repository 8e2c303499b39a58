"""What only a real server can do to an audit: go away in the middle, hold strange types, keep tenants in
schemas.
"""

from __future__ import annotations

import sys

import psycopg
import pytest

import auditkit
from auditkit.cli import main
from auditkit.outcome import Cause, Confidence, Severity
from auditkit.running.progress import SEARCH
from auditkit.scanners import audit

SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm;
    CREATE TABLE people(id int PRIMARY KEY, email text, seen_at timestamptz, born date, address inet,
      extra jsonb, tags text[], uid uuid);
    INSERT INTO people SELECT n, 'p' || n || '@example.org', '2020-01-01', 'infinity', '10.0.0.1', '{"a": 1}',
      '{a,b}', gen_random_uuid()
        FROM generate_series(1, 50) n;
    UPDATE people SET seen_at = 'infinity' WHERE id = 1;
    UPDATE people SET seen_at = '0044-03-15 BC' WHERE id = 2;
    CREATE TABLE crm."Leads"(id int, "E-Mail" text);
    INSERT INTO crm."Leads" SELECT n, 'l' || n || '@example.org' FROM generate_series(1, 20) n;
"""
POLICY = """
version: 1
name: CRM
tables:
  people:
    columns: {email: user.contact.email}
    retention: {start: seen_at, max: P3Y, basis: contract}
  "crm.Leads": {}
"""


@pytest.fixture
def url(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(SCRIPT)
        yield postgres_server
        owner.execute("DROP SCHEMA IF EXISTS crm CASCADE")


def kill_auditors(url):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'auditkit'"
        )


def test_infinity_and_bc_are_counted_and_never_fetched(url):
    found = auditkit.audit(url, auditkit.Policy.parse(POLICY), as_of="2026-01-01", strict=True)
    overdue = {f.table: (f.rows, f.of) for f in found.findings if f.check == "retention-overdue"}
    assert overdue == {"people": (49, 50)}
    assert {(f.table, f.columns) for f in found.findings if f.check == "pii-undeclared"} >= {
        ("crm.Leads", ("E-Mail",))
    }


def test_a_server_that_goes_away_in_the_middle_leaves_a_partial_result_that_says_what_is_missing(url):
    def interrupt(step, *_):
        if step.startswith(SEARCH):
            kill_auditors(url)

    found = audit(url, auditkit.Policy.parse(POLICY), as_of="2026-01-01", progress=interrupt)
    lost = [o for o in found.not_assessed if o.cause.value == "error"]
    assert {o.table for o in lost} == {"people", "crm.Leads"}
    assert (
        found.coverage["planned"]
        == found.coverage["passed"] + found.coverage["findings"] + found.coverage["not_assessed"]
    )
    assert found.exit_code(Severity.CRITICAL) == 3
    assert "example.org" not in found.to_json()


def test_the_command_says_so_without_a_stack_trace(url, tmp_path, capsys, monkeypatch):
    profile = sys.modules["auditkit.detection.profiling"]
    real = profile.profile_batch
    monkeypatch.setattr(
        profile, "profile_batch", lambda *args, **options: (kill_auditors(url), real(*args, **options))[1]
    )
    policy = tmp_path / "privacy.yaml"
    policy.write_text(POLICY)
    monkeypatch.setenv("CRM_URL", url)
    code = main(["audit", "env:CRM_URL", "-p", str(policy), "--as-of", "2026-01-01", "--fail-on", "critical"])
    out, err = capsys.readouterr()
    assert code == 3
    assert "Traceback" not in out + err
    assert "error" in err.splitlines()[-1]


def test_no_password_is_in_any_message(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CRM_URL", "postgresql://me:hunter2@127.0.0.1:1/crm")
    assert main(["audit", "env:CRM_URL"]) == 2
    out, err = capsys.readouterr()
    assert "hunter2" not in out + err
    assert "could not connect to PostgreSQL" in err


DESK = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    DO $$ BEGIN CREATE ROLE desk_auditor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE desk_keeper LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    ALTER ROLE desk_auditor NOBYPASSRLS; ALTER ROLE desk_keeper NOBYPASSRLS;
    GRANT USAGE ON SCHEMA public TO desk_auditor;
    GRANT CREATE, USAGE ON SCHEMA public TO desk_keeper;
    SET ROLE desk_keeper;
    CREATE TABLE tenants(id int PRIMARY KEY); INSERT INTO tenants VALUES (1), (2);
    CREATE TABLE orders(id int PRIMARY KEY, tenant_id int, at date);
    INSERT INTO orders VALUES (1, 1, '2010-01-01'), (2, NULL, '2025-06-01');
    CREATE TABLE visits(id int, tenant_id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
    CREATE TABLE visits_new PARTITION OF visits DEFAULT;
    INSERT INTO visits VALUES (1, 1, '2010-01-01'), (2, NULL, '2011-01-01'), (3, 2, '2025-06-01');
    CREATE TABLE payroll(id int PRIMARY KEY, tenant_id int, at date); INSERT INTO payroll VALUES (1, 1,
      '2010-01-01');
    CREATE VIEW recent AS SELECT * FROM visits; CREATE MATERIALIZED VIEW kept AS SELECT * FROM visits;
    CREATE MATERIALIZED VIEW never AS SELECT * FROM visits WITH NO DATA;
    GRANT SELECT ON tenants, orders, visits, recent, kept, never TO desk_auditor;
    RESET ROLE;
"""
RULE = "{retention: {start: at, max: P3Y, basis: law}}"
TABLES = ("orders", "visits", "payroll", "recent", "kept", "never")
PROMISES = auditkit.Policy.parse(
    "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}, tables: {"
    + ", ".join(f"{t}: {RULE}" for t in TABLES)
    + "}}"
)


RULES = ("retention-overdue", "tenancy-missing-key")
FORGET = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP OWNED BY desk_auditor, desk_keeper;
    DROP ROLE desk_auditor, desk_keeper
"""


@pytest.fixture
def desk(postgres_server):
    """Return a function that runs a statement and audits as a role.

    It returns the results of the two rules by table, and the exit code of the audit.
    """
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(DESK)

        def audited(role, statement="SELECT 1"):
            owner.execute(statement)
            url = postgres_server.replace("postgres:@", f"{role}:@")
            found = audit(url, PROMISES, checks=RULES, as_of="2026-01-01", strict=True)
            results = {(o.check, o.table): result(o) for o in found.outcomes}
            by_table = {table: tuple(results[rule, table] for rule in RULES) for table in TABLES}
            return by_table, found.exit_code(Severity.CRITICAL, Confidence.HIGH)

        yield audited
        owner.execute(FORGET)


def result(outcome):
    """Return how many rows break a rule, or the cause why that is not known."""
    match outcome.verdict:
        case "finding":
            return outcome.rows
        case "passed":
            return 0
        case _:
            return outcome.cause


def test_partitions_views_and_what_a_role_may_not_read(desk):
    by_table, _ = desk("desk_auditor")
    assert by_table == {
        **dict.fromkeys(("visits", "recent", "kept"), (2, 1)),
        "orders": (1, 1),
        "payroll": (Cause.NO_RIGHT,) * 2,
        "never": (Cause.NOT_APPLICABLE,) * 2,
    }
    assert desk("desk_keeper", "REFRESH MATERIALIZED VIEW never")[0] == {
        **dict.fromkeys(TABLES, (2, 1)),
        "orders": (1, 1),
        "payroll": (1, 0),
    }


def test_a_declared_column_that_is_closed_to_the_role_is_not_called_missing(desk, postgres_server):
    policy = auditkit.Policy.parse(
        "{version: 1, name: Desk, tables: {payroll: {columns: {at: user.demographic.date_of_birth}}}}"
    )

    def of_payroll():
        url = postgres_server.replace("postgres:@", "desk_auditor:@")
        found = audit(url, policy, checks=["pii-declared-absent"], strict=True)
        return next(o for o in found.outcomes if o.table == "payroll")

    desk("desk_auditor", "GRANT SELECT (id, tenant_id) ON payroll TO desk_auditor")
    assert of_payroll().cause == Cause.NO_RIGHT
    assert "1 of the columns of payroll" in of_payroll().reason
    desk("desk_auditor", "GRANT SELECT (at) ON payroll TO desk_auditor")
    assert of_payroll().verdict == "passed"


def test_a_clock_that_is_closed_to_the_role_is_no_fault_of_the_policy(desk):
    seen, _ = desk("desk_auditor", "GRANT SELECT (id, tenant_id) ON payroll TO desk_auditor")
    assert seen["payroll"] == (Cause.NO_RIGHT, 0) and seen["orders"] == (1, 1)


def test_each_scanner_alone_says_of_which_columns_it_saw_nothing(desk, postgres_server):
    """Nothing is clean that a role may not read: the others could hold passwords, or keys of others."""
    desk("desk_auditor", "GRANT SELECT (id, tenant_id) ON payroll TO desk_auditor")
    url = postgres_server.replace("postgres:@", "desk_auditor:@")
    for scanner in ("pii", "minimisation", "tenancy", "reidentification", "retention"):
        found = audit(url, PROMISES, scanners=[scanner], as_of="2026-01-01")
        of_payroll = [o for o in found.outcomes if o.table == "payroll"]
        assert Cause.NO_RIGHT in {getattr(o, "cause", None) for o in of_payroll}, scanner
        assert Cause.NOT_APPLICABLE not in {getattr(o, "cause", None) for o in of_payroll}, scanner
        assert found.exit_code(Severity.CRITICAL, Confidence.HIGH) in (1, 3)
    (only,) = [o for o in audit(url, checks=["pii-undeclared"]).outcomes if o.table == "payroll"][-1:]
    assert only.cause in (Cause.NO_RIGHT, Cause.UNDECLARED)


def test_row_level_security_hides_nothing_without_a_word(desk):
    policy = "CREATE POLICY own ON orders USING (tenant_id = 1); ALTER TABLE orders ENABLE ROW LEVEL SECURITY"
    assert desk("desk_auditor", policy)[0]["orders"] == (Cause.UNSEEN,) * 2, "on: the role is filtered"
    assert desk("desk_keeper")[0]["orders"] == (1, 1), "on, and not forced: the owner sees every row"
    assert (
        desk("desk_keeper", "ALTER TABLE orders FORCE ROW LEVEL SECURITY")[0]["orders"] == (Cause.UNSEEN,) * 2
    ), "forced on its owner too"
    assert desk("desk_auditor", "ALTER ROLE desk_auditor BYPASSRLS")[0]["orders"] == (1, 1), "bypassed"


def test_what_could_not_be_seen_decides_the_exit_code(desk):
    fresh = "DELETE FROM visits; DELETE FROM orders; REFRESH MATERIALIZED VIEW kept"
    assert desk("desk_auditor", fresh)[1] == 3
    assert desk("desk_keeper", "DELETE FROM payroll; REFRESH MATERIALIZED VIEW never")[1] == 0


def test_the_scanners_of_rows_outlive_a_server_that_goes_away_between_two_statements(
    url, tmp_path, capsys, monkeypatch
):
    found = audit(
        url,
        auditkit.Policy.parse(POLICY),
        scanners=["retention", "tenancy"],
        as_of="2026-01-01",
        progress=lambda what, done, of: kill_auditors(url) if what.startswith("checks") else None,
    )
    lost = {(o.check, o.table) for o in found.not_assessed if o.cause is Cause.ERROR}
    assert ("retention-overdue", "people") in lost
    assert found.exit_code(Severity.CRITICAL, Confidence.HIGH) == 3
    assert found.coverage["planned"] == len(found.outcomes)

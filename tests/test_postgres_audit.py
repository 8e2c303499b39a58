"""What only a real server can do to an audit: go away in the middle, hold strange types, keep tenants in schemas."""

from __future__ import annotations

import sys

import psycopg
import pytest

import auditkit
from auditkit.cli import main
from auditkit.outcome import Severity
from auditkit.scanners import audit

SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm;
    CREATE TABLE people(id int PRIMARY KEY, email text, seen_at timestamptz, born date, address inet, extra jsonb, tags text[], uid uuid);
    INSERT INTO people SELECT n, 'p' || n || '@example.org', '2020-01-01', 'infinity', '10.0.0.1', '{"a": 1}', '{a,b}', gen_random_uuid()
        FROM generate_series(1, 50) n;
    UPDATE people SET seen_at = 'infinity' WHERE id = 1; UPDATE people SET seen_at = '0044-03-15 BC' WHERE id = 2;
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
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'auditkit'")


def test_infinity_and_bc_are_counted_and_never_fetched(url):
    found = auditkit.audit(url, auditkit.Policy.parse(POLICY), as_of="2026-01-01", strict=True)
    overdue = {f.table: (f.rows, f.of) for f in found.findings if f.check == "retention-overdue"}
    assert overdue == {"people": (49, 50)}
    assert {(f.table, f.columns) for f in found.findings if f.check == "pii-undeclared"} >= {("crm.Leads", ("E-Mail",))}


def test_a_server_that_goes_away_in_the_middle_leaves_a_partial_result_that_says_what_is_missing(url):
    found = audit(url, auditkit.Policy.parse(POLICY), as_of="2026-01-01", progress=lambda *_: kill_auditors(url))
    lost = [o for o in found.not_assessed if o.cause.value == "error"]
    assert {o.table for o in lost} == {"people", "crm.Leads"}
    assert found.coverage["planned"] == found.coverage["passed"] + found.coverage["findings"] + found.coverage["not_assessed"]
    assert found.exit_code(Severity.CRITICAL) == 3
    assert "example.org" not in found.to_json()


def test_the_command_says_so_without_a_stack_trace(url, tmp_path, capsys, monkeypatch):
    profile = sys.modules["auditkit.detection.profile"]
    real = profile.profile_batch
    monkeypatch.setattr(profile, "profile_batch", lambda *told, **more: (kill_auditors(url), real(*told, **more))[1])
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

"""A log that is a file beside the database: every command that reads the policy's tables reads it."""

from __future__ import annotations

import sqlite3

import pytest

import auditkit
from auditkit import finding_rows
from auditkit.cli import main
from auditkit.finding_rows import LookupRefused

POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables:
  log: {retention: {start: at, max: P1Y, basis: security}}
access_log: {table: log, file: access.csv, at: at, tenant: tenant_id, status: status}
"""


@pytest.fixture
def desk(tmp_path):
    with sqlite3.connect(tmp_path / "desk.db") as raw:
        raw.executescript(
            "CREATE TABLE tenants(id INTEGER PRIMARY KEY); INSERT INTO tenants VALUES (1), (2);"
        )
    raw.close()
    lines = [
        f"{1 + n % 2},20{10 + n}-01-01T00:00:00,200,{'ana@example.org' if n == 3 else ''}" for n in range(10)
    ]
    (tmp_path / "access.csv").write_text("\n".join(["tenant_id,at,status,login", *lines]) + "\n")
    (tmp_path / "privacy.yaml").write_text(POLICY)
    return tmp_path


def test_the_tenant_map_has_it(desk, capsys):
    assert main(["tenants", str(desk / "desk.db"), "-p", str(desk / "privacy.yaml")]) == 0
    assert "log      direct      tenant_id carries the tenant" in capsys.readouterr().out


def test_other_periods_are_tried_on_it(desk, capsys):
    assert (
        main(
            [
                "retention",
                str(desk / "desk.db"),
                "-p",
                str(desk / "privacy.yaml"),
                "--what-if",
                "P10Y",
                "--as-of",
                "2026-01-01",
            ]
        )
        == 0
    )
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("log")] == [
        "log"
    ]


def test_a_data_subject_is_found_in_it(desk, monkeypatch):
    monkeypatch.setenv("SUBJECT", "ana@example.org")
    found = auditkit.locate(desk / "desk.db", desk / "privacy.yaml", subject="env:SUBJECT")
    assert [(t.table, t.rows) for t in found.found] == [("log", 1)]


def test_its_rows_have_no_key_and_that_is_said(desk):
    run = auditkit.audit(
        desk / "desk.db", desk / "privacy.yaml", checks=["retention-overdue"], as_of="2026-01-01"
    )
    (finding,) = run.findings
    assert (finding.table, finding.rows) == ("log", 10)
    with pytest.raises(LookupRefused, match="log has no primary key"):
        finding_rows.keys(desk / "desk.db", auditkit.Policy.load(desk / "privacy.yaml"), run, finding)


@pytest.mark.parametrize("named", ["../logs/access.csv", "LOGS/access.csv", "link.csv", "linked/access.csv"])
def test_a_policy_names_no_file_elsewhere_unless_whoever_runs_it_allows_that(desk, named, monkeypatch):
    (inner := desk / "inner").mkdir()
    (desk / "logs").mkdir()
    (desk / "access.csv").rename(desk / "logs" / "access.csv")
    (inner / "link.csv").symlink_to(desk / "logs" / "access.csv")
    (inner / "linked").symlink_to(desk / "logs")
    text = POLICY.replace("access.csv", named.replace("LOGS", str(desk / "logs")))
    policy = auditkit.Policy.parse(text, folder=inner)
    with pytest.raises(auditkit.PolicyError, match="not in the folder of the policy"):
        auditkit.audit(desk / "desk.db", policy, scanners=["retention"])
    monkeypatch.setenv("AUDITKIT_FOLDERS", f"/nowhere:{desk / 'logs'}")
    audit = auditkit.audit(desk / "desk.db", policy, scanners=["retention"])
    assert "log" in {outcome.table for outcome in audit.outcomes if outcome.verdict != "not_assessed"}

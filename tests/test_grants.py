"""Who may read what of a database server: the command, and what is behind it."""

from __future__ import annotations

import json

import psycopg
import pymysql
import pytest

from auditkit.cli import main

POLICY = """
version: 1
name: Clinic
roles: {application: [clinic_app], low_trust: [clinic_web]}
tables:
  patients:
    columns:
      name: user.name
      diagnosis: user.health_and_medical
      email: user.contact.email
      ward: {category: none, reason: a place}
  wards: {columns: {ward: {category: none, reason: a place}}}
"""
SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    CREATE ROLE clinic_app LOGIN; CREATE ROLE clinic_web LOGIN; CREATE ROLE clinic_nurse NOLOGIN;
    GRANT USAGE ON SCHEMA public TO clinic_app, clinic_web;
    CREATE TABLE patients (id integer, name text, email text, diagnosis text, ward text);
    INSERT INTO patients
        SELECT n, 'Zed', 'canary' || n || '@secret.example', 'flu', 'east' FROM generate_series(1, 20) n;
    CREATE VIEW wards AS SELECT ward, email FROM patients;
    GRANT SELECT ON patients TO clinic_app; GRANT SELECT (id, ward, name) ON patients TO clinic_web;
    GRANT SELECT ON wards TO clinic_web;
"""
FORGET = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP OWNED BY {0}; DROP ROLE {0}"


@pytest.fixture
def clinic(postgres_server, tmp_path, monkeypatch):
    """Return a function that runs statements, and the arguments that name the source and its policy."""
    (tmp_path / "privacy.yaml").write_text(POLICY)
    monkeypatch.setenv("CLINIC", postgres_server)
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(SCRIPT)
        yield owner.execute, ["env:CLINIC", "-p", str(tmp_path / "privacy.yaml")]
        owner.execute(FORGET.format("clinic_app, clinic_web, clinic_nurse"))


def grants(capsys, *arguments):
    code = main(["grants", *arguments, "--format", "json"])
    out, _ = capsys.readouterr()
    found = json.loads(out)
    ours = [g for g in found["grants"] if g["role"].startswith("clinic")]
    return code, {(g["role"], g["table"], g["sensitivity"]): (g["columns"], g["rows"]) for g in ours}, found


def test_it_says_who_may_read_which_sensitivity(clinic, capsys):
    _, arguments = clinic
    code, found, whole = grants(capsys, *arguments)
    assert (code, whole["schema"], whole["not_assessed"]) == (0, "auditkit/grants/1", [])
    assert found == {
        ("clinic_app", "patients", "special_category"): (["diagnosis"], "all"),
        ("clinic_app", "patients", "contact"): (["name", "email"], "all"),
        ("clinic_web", "patients", "contact"): (["name"], "all"),
        ("clinic_web", "wards", "contact"): (["email"], "view"),
    }
    assert {g["role"]: g["declared"] for g in whole["grants"] if g["role"].startswith("clinic")} == {
        "clinic_app": "application",
        "clinic_web": "low_trust",
    }
    assert [g["sensitivity"] for g in whole["grants"]] == sorted(
        (g["sensitivity"] for g in whole["grants"]), key=["special_category", "contact"].index
    )


def test_the_table_shows_no_value(clinic, capsys):
    _, arguments = clinic
    assert main(["grants", *arguments]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["ROLE", "IS", "SENSITIVITY", "ROWS", "COLUMNS"]
    (line,) = [row.split() for row in out.splitlines() if row.startswith("clinic_app") and "special" in row]
    assert line == ["clinic_app", "application", "special_category", "all", "patients.diagnosis"]
    assert "canary" not in out + err and "east" not in out + err


def test_a_grant_to_a_role_or_to_everybody_changes_it(clinic, capsys):
    run, arguments = clinic
    run("GRANT clinic_nurse TO clinic_web; GRANT SELECT ON patients TO clinic_nurse")
    assert grants(capsys, *arguments)[1]["clinic_web", "patients", "special_category"] == (
        ["diagnosis"],
        "all",
    )
    run("REVOKE SELECT ON patients FROM clinic_nurse; GRANT SELECT (diagnosis) ON patients TO PUBLIC")
    _, found, whole = grants(capsys, *arguments)
    assert found["clinic_web", "patients", "special_category"] == (["diagnosis"], "all")
    assert "PUBLIC" not in {g["role"] for g in whole["grants"]}, "the schema is closed to all but two"
    run("GRANT USAGE ON SCHEMA public TO PUBLIC")
    assert "PUBLIC" in {g["role"] for g in grants(capsys, *arguments)[2]["grants"]}


def test_row_level_security_filters_or_shows_nothing(clinic, capsys):
    run, arguments = clinic
    run(
        "ALTER TABLE patients ENABLE ROW LEVEL SECURITY; CREATE POLICY some_of ON patients TO clinic_app"
        " USING (id < 5)"
    )
    found = grants(capsys, *arguments)[1]
    assert found["clinic_app", "patients", "special_category"] == (["diagnosis"], "filtered")
    assert ("clinic_web", "patients", "contact") not in found
    run("CREATE POLICY anybody ON patients USING (true)")
    found = grants(capsys, *arguments)[1]
    assert {found[r, "patients", "contact"][1] for r in ("clinic_app", "clinic_web")} == {"all"}
    run("CREATE POLICY narrow ON patients AS RESTRICTIVE TO clinic_web USING (id < 5)")
    found = grants(capsys, *arguments)[1]
    assert [found[r, "patients", "contact"][1] for r in ("clinic_app", "clinic_web")] == ["all", "filtered"]


def test_what_could_not_be_searched_is_named_and_decides_the_exit_code(
    clinic, capsys, monkeypatch, postgres_server
):
    run, arguments = clinic
    run("ALTER ROLE clinic_web BYPASSRLS; REVOKE SELECT ON patients FROM clinic_web")
    monkeypatch.setenv("CLINIC", postgres_server.replace("postgres:@", "clinic_web:@"))
    code, found, whole = grants(capsys, *arguments)
    assert code == 3
    assert {(n["table"], n["cause"]) for n in whole["not_assessed"]} == {("patients", "no_right")}
    assert ("clinic_app", "patients", "special_category") in found, "what is declared needs no row"


def test_a_role_that_another_role_may_act_as_is_shown(clinic, capsys):
    run, arguments = clinic
    run("GRANT USAGE ON SCHEMA public TO clinic_nurse; GRANT SELECT (email) ON patients TO clinic_nurse")
    assert not any(role == "clinic_nurse" for role, *_ in grants(capsys, *arguments)[1])
    run("GRANT clinic_nurse TO clinic_web WITH INHERIT FALSE")
    assert grants(capsys, *arguments)[1]["clinic_nurse", "patients", "contact"] == (["email"], "all")


def test_a_view_that_fails_stops_nothing_else(clinic, capsys):
    run, arguments = clinic
    run("CREATE VIEW broken AS SELECT 1 AS n; CREATE VIEW other AS SELECT n FROM broken")
    run("CREATE OR REPLACE VIEW broken AS SELECT n FROM other")
    code, found, whole = grants(capsys, *arguments)
    assert code == 3
    assert {n["table"] for n in whole["not_assessed"]} == {"broken", "other"}
    assert ("clinic_app", "patients", "special_category") in found


def test_a_role_without_rights_does_not_read_that_nobody_may_read(
    clinic, capsys, monkeypatch, postgres_server, tmp_path
):
    (tmp_path / "none.yaml").write_text("{version: 1, name: N}")
    monkeypatch.setenv("CLINIC", postgres_server.replace("postgres:@", "clinic_app:@"))
    clinic[0]("REVOKE ALL ON patients FROM clinic_app; REVOKE ALL ON wards FROM clinic_app")
    assert main(["grants", "env:CLINIC", "-p", str(tmp_path / "none.yaml")]) == 3
    out, _ = capsys.readouterr()
    assert "nobody" not in out
    assert "no right to personal data was seen" in out


def test_a_file_has_no_roles(tmp_path, capsys):
    (tmp_path / "people.csv").write_text("id,email\n1,a@mail.example\n")
    assert main(["grants", str(tmp_path / "people.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "not a database server" in err


def test_accounts_of_mariadb(mariadb_server, tmp_path, capsys, monkeypatch):
    (tmp_path / "privacy.yaml").write_text(POLICY)
    monkeypatch.setenv("CLINIC", f"mysql://root@localhost/audited?unix_socket={mariadb_server}")
    arguments = ["env:CLINIC", "-p", str(tmp_path / "privacy.yaml")]
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS audited",
            "CREATE DATABASE audited",
            "CREATE TABLE audited.patients (id INT, name TEXT, email TEXT, diagnosis TEXT, ward TEXT)",
            "CREATE OR REPLACE USER clinic_app@'%'",
            "CREATE OR REPLACE USER clinic_web@localhost",
            "CREATE OR REPLACE ROLE nurse",
            "GRANT SELECT ON audited.* TO nurse",
            "GRANT nurse TO clinic_app@'%'",
            "GRANT SELECT (name) ON audited.patients TO clinic_web@localhost",
        ):
            cursor.execute(statement)
        try:
            main(["grants", *arguments, "--format", "json"])
            found = json.loads(capsys.readouterr().out)
            ours = {
                (g["role"], g["sensitivity"]): g["columns"] for g in found["grants"] if "clinic" in g["role"]
            }
            assert ours == {
                ("'clinic_app'@'%'", "special_category"): ["diagnosis"],
                ("'clinic_app'@'%'", "contact"): ["name", "email"],
                ("'clinic_web'@'localhost'", "contact"): ["name"],
            }
            monkeypatch.setenv("CLINIC", f"mysql://clinic_web@localhost/audited?unix_socket={mariadb_server}")
            assert main(["grants", *arguments, "--format", "json"]) == 3
            assert (None, "no_right") in {
                (n["table"], n["cause"]) for n in json.loads(capsys.readouterr().out)["not_assessed"]
            }
        finally:
            for name in ("USER clinic_app@'%'", "USER clinic_web@localhost", "ROLE nurse"):
                cursor.execute(f"DROP {name}")

from __future__ import annotations

import pymysql
import pytest

import auditkit
from auditkit.scanners.access.sensitive_grant import SURE
from auditkit.vocabulary import PRESENT

CHECK = "access-sensitive-grant"
DECLARED = "tables: {people: {columns: {diagnosis: user.health_and_medical, email: user.contact.email}}}"


@pytest.fixture
def open_desk(desk):
    """Take row-level security off the people, so that a right to them is one to their rows."""
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY")
    return desk


def places(audit):
    return {(f.table, f.columns, f.target) for f in audit.findings}


def test_a_right_to_the_table_is_found_until_only_its_other_columns_are_granted(open_desk):
    assert ("people", ("diagnosis",)) in {
        (o.table, o.columns) for o in open_desk.audit(CHECK, DECLARED).passed
    }
    open_desk.run("GRANT SELECT ON people TO desk_anon")
    (found,) = open_desk.audit(CHECK, DECLARED).findings
    assert (found.table, found.columns, found.target) == ("people", ("diagnosis",), "desk_anon")
    assert (found.severity, found.confidence, found.detail["category"]) == (
        "high",
        "high",
        "user.health_and_medical",
    )
    open_desk.mend(CHECK, DECLARED)
    assert open_desk.audit(CHECK, DECLARED).findings == ()
    may = "SELECT has_column_privilege('desk_anon', 'people', 'email', 'SELECT')"
    assert open_desk.owner.execute(may).fetchone() == (True,)


def test_what_everybody_had_is_left_to_the_role_alone(open_desk):
    open_desk.run("GRANT SELECT ON people TO PUBLIC")
    (found,) = open_desk.audit(CHECK, DECLARED).findings
    assert (
        found.detail["ddl"]
        == "REVOKE SELECT ON people FROM PUBLIC; GRANT SELECT (id, tenant_id, email) ON people TO desk_anon"
    )
    open_desk.mend(CHECK, DECLARED)
    assert open_desk.audit(CHECK, DECLARED).findings == ()


def test_a_right_to_the_column_through_everybody_or_another_role(open_desk):
    open_desk.run("GRANT SELECT (diagnosis) ON people TO PUBLIC")
    (found,) = open_desk.audit(CHECK, DECLARED).findings
    assert (found.detail["through"], found.detail["ddl"]) == (
        "PUBLIC",
        "REVOKE SELECT (diagnosis) ON people FROM PUBLIC",
    )
    open_desk.mend(CHECK, DECLARED)
    open_desk.run("GRANT desk_person TO desk_anon; GRANT SELECT (diagnosis) ON people TO desk_person")
    assert [f.detail["through"] for f in open_desk.audit(CHECK, DECLARED).findings] == ["desk_person"]
    open_desk.mend(CHECK, DECLARED)
    assert open_desk.audit(CHECK, DECLARED).findings == ()


def test_what_is_detected_counts_though_nobody_declared_it(open_desk):
    cards = ("4111 1111 1111 1111", "5500 0055 5555 5559", "4012 8888 8888 1881")
    open_desk.run("CREATE TABLE payments (id integer, card_number text)")
    for n in range(60):
        open_desk.owner.execute("INSERT INTO payments VALUES (%s, %s)", [n, cards[n % 3]])
    open_desk.run("GRANT SELECT ON payments TO desk_anon")
    assert places(open_desk.audit(CHECK)) == {("payments", ("card_number",), "desk_anon")}
    (found,) = open_desk.audit(CHECK).findings
    assert "4111" not in str(found)
    open_desk.mend(CHECK)
    assert places(open_desk.audit(CHECK)) == set()


def test_every_verdict_with_which_a_column_holds_data_has_a_confidence():
    """A column with e-mail addresses in some of its cells ended the check with an error."""
    assert SURE.keys() == set(PRESENT)


def test_contact_data_is_of_less_sensitivity_and_other_roles_do_not_count(open_desk):
    open_desk.run("GRANT SELECT (email) ON people TO desk_anon; GRANT SELECT ON people TO desk_person")
    assert open_desk.audit(CHECK, DECLARED).findings == ()


def test_a_right_without_the_schema_or_without_a_policy_that_shows_a_row_is_none(desk):
    desk.run("GRANT SELECT ON people TO desk_anon")
    assert [f.detail["filtered"] for f in desk.audit(CHECK, DECLARED).findings] == [True], (
        "the policy is for everybody"
    )
    desk.run("ALTER POLICY own ON people TO desk_app")
    assert desk.audit(CHECK, DECLARED).findings == ()
    desk.run("ALTER POLICY own ON people TO PUBLIC; REVOKE USAGE ON SCHEMA public FROM desk_anon")
    assert desk.audit(CHECK, DECLARED).findings == ()


def test_a_table_that_could_not_be_searched_passes_nothing(open_desk):
    open_desk.run(
        "GRANT USAGE ON SCHEMA public TO desk_person; GRANT SELECT ON tenants TO desk_person; ALTER ROLE"
        " desk_person BYPASSRLS"
    )
    open_desk.run("GRANT SELECT ON people TO desk_anon")
    audit = open_desk.audit(CHECK, DECLARED, role="desk_person")
    assert places(audit) == {("people", ("diagnosis",), "desk_anon")}, "what is declared needs no row"
    assert {o.table for o in audit.not_assessed} == {"people", "projects", "tasks", "plans"}
    assert {o.cause.value for o in audit.not_assessed} == {"no_right"}


def test_without_roles_of_low_trust_it_is_undeclared(desk):
    (outcome,) = desk.audit(CHECK, policy="{version: 1, name: D}").outcomes
    assert (outcome.cause, outcome.table) == ("undeclared", None)


def test_on_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    policy = auditkit.Policy.parse(f"{{version: 1, name: D, roles: {{low_trust: [visitor]}}, {DECLARED}}}")
    audit = lambda: auditkit.audit(url, policy, checks=[CHECK], strict=True)
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.people (id INT PRIMARY KEY, email TEXT, diagnosis TEXT)")
        cursor.execute("CREATE OR REPLACE USER visitor@localhost")
        try:
            cursor.execute("GRANT SELECT (id, email) ON audited.people TO visitor@localhost")
            assert audit().findings == ()
            for granted in (
                "SELECT ON audited.*",
                "SELECT ON audited.people",
                "SELECT (diagnosis) ON audited.people",
            ):
                cursor.execute(f"GRANT {granted} TO visitor@localhost")
                (found,) = audit().findings
                assert (found.table, found.columns, found.target) == (
                    "people",
                    ("diagnosis",),
                    "'visitor'@'localhost'",
                )
                for statement in found.detail["ddl"].split("; "):
                    cursor.execute(statement)
                assert audit().findings == ()
        finally:
            cursor.execute("DROP USER visitor@localhost")

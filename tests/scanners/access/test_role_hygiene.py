from __future__ import annotations

import psycopg
import pymysql

import auditkit

CHECK = "access-role-hygiene"


def faults(desk, role="desk_app", **more):
    """Return what is found of a role: the words that are true, and the severity."""
    return {
        frozenset(n for n, v in f.detail.items() if v is True): f.severity.value
        for f in desk.audit(CHECK, **more).findings
        if f.target == role
    }


def test_a_password_that_never_ends_until_it_does(desk):
    assert faults(desk) == {}, "a role without a password has none that could end"
    desk.run("ALTER ROLE desk_app PASSWORD 'x'")
    assert faults(desk) == {frozenset({"no_expiry"}): "low"}
    desk.run("ALTER ROLE desk_app VALID UNTIL '2027-06-30'")
    assert faults(desk) == {}
    desk.run("ALTER ROLE desk_app VALID UNTIL '2026-01-01'")
    assert faults(desk) == {frozenset({"expired"}): "low"}
    (ddl,) = [f.detail["ddl"] for f in desk.audit(CHECK).findings if f.target == "desk_app"]
    desk.run(ddl)
    assert faults(desk) == {}


def test_a_role_that_may_do_nothing_until_it_no_longer_logs_in(desk):
    assert faults(desk, "desk_person") == {frozenset({"unused"}): "medium"}
    (ddl,) = [f.detail["ddl"] for f in desk.audit(CHECK).findings if f.target == "desk_person"]
    assert ddl == "ALTER ROLE desk_person NOLOGIN"
    desk.run(ddl)
    assert faults(desk, "desk_person") == {}
    desk.run("ALTER ROLE desk_person LOGIN; GRANT desk_owner TO desk_person")
    assert faults(desk, "desk_person") == {}, "a member of another role may do what that one may"


def test_a_role_of_another_database_of_the_server_is_used(desk):
    desk.run("DROP DATABASE IF EXISTS desk_elsewhere", "CREATE DATABASE desk_elsewhere")
    try:
        with psycopg.connect(
            desk.url.replace("/postgres?", "/desk_elsewhere?"), autocommit=True
        ) as elsewhere:
            elsewhere.execute("CREATE TABLE t (n integer); GRANT SELECT ON t TO desk_person")
        assert faults(desk, "desk_person") == {}
    finally:
        desk.run("DROP DATABASE desk_elsewhere")
    assert faults(desk, "desk_person") == {frozenset({"unused"}): "medium"}


def test_a_person_beside_a_service_and_a_role_of_several_programs(desk):
    url = desk.url.replace("postgres:@", "desk_app:@")
    with psycopg.connect(url, application_name="worker-1"), psycopg.connect(url, application_name="worker-2"):
        assert faults(desk) == {}, "two of one program are one"
        with psycopg.connect(url, application_name="billing"):
            assert faults(desk) == {frozenset({"shared"}): "low"}
        with psycopg.connect(url, application_name="psql"):
            (found,) = [f for f in desk.audit(CHECK).findings if f.target == "desk_app"]
            assert (found.severity, found.confidence, dict(found.detail)) == (
                "medium",
                "high",
                {"human_and_service": True, "programs": 2},
            )
    with (
        psycopg.connect(url, application_name="psql"),
        psycopg.connect(url, application_name="DBeaver 24 - Main"),
    ):
        assert faults(desk) == {}, "one person may have two tools"


def test_who_may_not_see_sessions_and_passwords_says_so(desk):
    audit = desk.audit(CHECK, role="desk_boss")
    assert [(o.target, o.cause.value) for o in audit.not_assessed] == [("use of roles", "no_right")]
    assert "pg_read_all_stats" in audit.not_assessed[0].reason
    found = {f.target: f for f in audit.findings}
    assert (found["desk_app"].confidence, found["desk_app"].detail["no_expiry"]) == (
        "medium",
        True,
    ), "it may have a password"
    desk.run("GRANT pg_read_all_stats TO desk_boss")
    assert desk.audit(CHECK, role="desk_boss").not_assessed == ()


def test_an_account_of_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS audited", "CREATE DATABASE audited", "CREATE TABLE audited.t (id INT)",
            "CREATE OR REPLACE USER hygiene@localhost IDENTIFIED BY 'x'",
            "GRANT SELECT ON audited.* TO hygiene@localhost",
        ):  # fmt: skip
            cursor.execute(statement)

        def audit():
            whole = auditkit.audit(url, checks=[CHECK], as_of="2026-11-22", strict=True)
            assert {(o.target, o.cause.value) for o in whole.not_assessed} == {
                ("use of roles", "not_applicable")
            }
            return [f for f in whole.findings if "hygiene" in f.target]

        try:
            (found,) = audit()
            assert (found.target, found.detail["no_expiry"]) == ("'hygiene'@'localhost'", True)
            cursor.execute(found.detail["ddl"])
            assert audit() == []
            cursor.execute("REVOKE SELECT ON audited.* FROM hygiene@localhost")
            assert [f.detail["unused"] for f in audit()] == [True]
        finally:
            cursor.execute("DROP USER hygiene@localhost")


def test_a_role_of_the_provider_is_not_the_customers_to_keep(desk):
    desk.run("CREATE ROLE rdsadmin LOGIN PASSWORD 'x'", "CREATE ROLE rds_reports LOGIN PASSWORD 'x'")
    try:
        assert faults(desk, "rdsadmin") == {}
        assert faults(desk, "rds_reports") != {}
    finally:
        desk.run("DROP ROLE rdsadmin, rds_reports")

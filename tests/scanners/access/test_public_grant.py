from __future__ import annotations

import pymysql

import auditkit

CHECK = "access-public-grant"


def test_a_right_of_everybody_is_found_until_revoked(desk):
    assert [(o.verdict, o.target) for o in desk.audit(CHECK).outcomes] == [("passed", "PostgreSQL")]
    desk.run("GRANT SELECT ON people TO PUBLIC")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.target, found.severity, found.confidence) == ("people", None, "medium", "high")
    assert dict(found.detail) == {"privileges": "SELECT", "ddl": "REVOKE SELECT ON people FROM PUBLIC"}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_rights_to_write_and_to_columns(desk):
    desk.run(
        "GRANT INSERT ON projects TO PUBLIC; GRANT SELECT (id, email) ON people TO PUBLIC; GRANT SELECT ON"
        " plans TO PUBLIC"
    )
    found = desk.found(CHECK)
    assert {t: (f.severity.value, f.detail.get("on_columns")) for (t, _), f in found.items()} == {
        "projects": ("high", None), "people": ("medium", 2), "plans": ("low", None),
    }  # fmt: skip
    assert found["people", None].detail["ddl"] == "REVOKE SELECT (id, email) ON people FROM PUBLIC"
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_declared_data_of_a_special_category_raises_it(desk):
    desk.run("GRANT SELECT ON people TO PUBLIC")
    found = desk.found(CHECK, "tables: {people: {columns: {diagnosis: user.health_and_medical}}}")
    assert {f.severity.value for f in found.values()} == {"high"}


def test_tables_to_come(desk):
    desk.run("ALTER DEFAULT PRIVILEGES FOR ROLE desk_owner IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC")
    desk.run(
        "ALTER DEFAULT PRIVILEGES FOR ROLE desk_owner GRANT SELECT, DELETE ON TABLES TO desk_anon, desk_app"
    )
    found = desk.found(CHECK)
    assert {target: f.severity.value for (_, target), f in found.items()} == {
        "tables to come of desk_owner in public for PUBLIC": "medium",
        "tables to come of desk_owner in every schema for desk_anon": "high",
    }
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_schema_in_which_everybody_may_create(desk):
    desk.run("GRANT CREATE ON SCHEMA public TO PUBLIC")
    assert {k: f.detail["privileges"] for k, f in desk.found(CHECK).items()} == {
        (None, "schema public"): "CREATE"
    }
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_right_behind_a_schema_that_nobody_may_use_is_latent(desk):
    desk.run(
        "CREATE SCHEMA crm; CREATE TABLE crm.leads (id integer, tenant_id integer); GRANT SELECT ON crm.leads"
        " TO PUBLIC"
    )
    try:
        assert {t: (f.severity.value, f.detail["latent"]) for (t, _), f in desk.found(CHECK).items()} == {
            "crm.leads": ("low", True)
        }
        desk.run("GRANT USAGE ON SCHEMA crm TO desk_anon")
        (found,) = desk.audit(CHECK).findings
        assert (found.severity, "latent" in found.detail) == ("medium", False)
        assert found.detail["ddl"] == "REVOKE SELECT ON crm.leads FROM PUBLIC"
    finally:
        desk.run("DROP SCHEMA crm CASCADE")


def test_what_the_policy_excludes_is_not_meant(desk):
    desk.run("GRANT SELECT ON people TO PUBLIC")
    assert desk.found(CHECK, "exclude: [{tables: people, reason: not ours}]") == {}


def test_an_account_without_a_name_on_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    policy = auditkit.Policy.parse("{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}}")
    audit = lambda: auditkit.audit(url, policy, checks=[CHECK], strict=True)
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.tenants (id INT PRIMARY KEY)")
        cursor.execute("CREATE TABLE audited.files (id INT PRIMARY KEY, tenant_id INT)")
        cursor.execute("CREATE OR REPLACE USER ''@localhost")
        try:
            assert audit().findings == ()
            cursor.execute("GRANT SELECT (id) ON audited.files TO ''@localhost")
            (found,) = audit().findings
            assert (found.table, found.severity, found.detail["on_columns"]) == ("files", "medium", 1)
            cursor.execute(found.detail["ddl"])
            assert audit().findings == ()
            cursor.execute("GRANT SELECT, INSERT ON audited.* TO PUBLIC")
            found = audit().findings
            assert {(f.table, f.severity.value) for f in found} == {("tenants", "high"), ("files", "high")}
            for statement in found[0].detail["ddl"].split("; "):
                cursor.execute(statement)
            assert audit().findings == ()
        finally:
            cursor.execute("DROP USER ''@localhost")

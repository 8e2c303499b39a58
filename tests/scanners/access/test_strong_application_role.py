from __future__ import annotations

import pandas as pd
import pymysql
import pytest

import auditkit

CHECK = "access-strong-application-role"


@pytest.mark.parametrize(
    ("word", "sign"),
    [("SUPERUSER", "administers"), ("BYPASSRLS", "bypasses_row_security"), ("CREATEROLE", "creates_roles")],
)
def test_an_attribute_beyond_its_work_is_found_until_the_statement_takes_it_away(desk, word, sign):
    assert [o.target for o in desk.audit(CHECK).passed] == ["desk_app"]
    desk.run(f"ALTER ROLE desk_app {word}")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.target, found.severity, found.confidence) == (None, "desk_app", "high", "high")
    assert [s for s in ("administers", "bypasses_row_security", "creates_roles") if found.detail[s]] == [sign]
    assert found.detail["ddl"] == f"ALTER ROLE desk_app NO{word}"
    desk.mend(CHECK)
    assert [o.target for o in desk.audit(CHECK).passed] == ["desk_app"]


def test_an_owner_of_tenants_tables_is_found_until_another_role_owns_them(desk):
    desk.run(
        "ALTER TABLE projects OWNER TO desk_app; ALTER TABLE tasks OWNER TO desk_app; ALTER TABLE plans OWNER"
        " TO desk_app"
    )
    (found,) = desk.audit(CHECK).findings
    assert (found.detail["owned_tables"], found.detail["owned"]) == (2, "projects, tasks")
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()
    assert desk.owner.execute("SELECT has_table_privilege('desk_app', 'tasks', 'INSERT')").fetchone() == (
        True,
    )


def test_a_role_that_the_server_does_not_have_is_unseen_by_name(desk):
    (outcome,) = desk.audit(CHECK, policy="{version: 1, name: D, roles: {application: [desk_apps]}}").outcomes
    assert (outcome.cause, outcome.target) == ("unseen", "desk_apps")
    assert "'desk_app'?" in outcome.reason


def test_without_the_roles_it_is_undeclared_and_a_frame_has_none(desk):
    assert [o.cause.value for o in desk.audit(CHECK, policy=None).outcomes] == ["undeclared"]
    (outcome,) = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=[CHECK], strict=True).outcomes
    assert (outcome.cause, outcome.table) == ("not_applicable", None)


@pytest.fixture
def accounts(mariadb_server):
    """Return a function that runs a statement as root, and the URL of a role that may read accounts."""
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS audited", "CREATE DATABASE audited",
            "CREATE TABLE audited.tenants (id INT PRIMARY KEY)",
            "CREATE TABLE audited.files (id INT PRIMARY KEY, tenant_id INT)",
            "CREATE OR REPLACE USER shop@localhost", "GRANT SELECT, INSERT ON audited.* TO shop@localhost",
        ):  # fmt: skip
            cursor.execute(statement)
        yield cursor.execute, f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
        cursor.execute("DROP USER shop@localhost")


def strong(url, user="root"):
    policy = auditkit.Policy.parse(
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}, roles: {application: [shop]}}"
    )
    return auditkit.audit(url.replace("root@", f"{user}@"), policy, checks=[CHECK], strict=True)


@pytest.mark.parametrize(("right", "sign"), [("SUPER", "administers"), ("CREATE USER", "creates_roles")])
def test_an_account_that_administers_mariadb(accounts, right, sign):
    run, url = accounts
    assert strong(url).findings == ()
    run(f"GRANT {right} ON *.* TO shop@localhost")
    (found,) = strong(url).findings
    assert (found.target, found.detail[sign]) == ("'shop'@'localhost'", True)
    for statement in found.detail["ddl"].split("; "):
        run(statement)
    assert strong(url).findings == ()


def test_an_account_that_may_alter_tables_counts_as_their_owner(accounts):
    run, url = accounts
    run("GRANT ALTER, DROP ON audited.files TO shop@localhost")
    (found,) = strong(url).findings
    assert (found.detail["owned_tables"], found.detail["owned"]) == (1, "files")
    for statement in found.detail["ddl"].split("; "):
        run(statement)
    assert strong(url).findings == ()


def test_who_may_not_see_the_accounts_of_others_passes_nothing(accounts):
    _, url = accounts
    (outcome,) = strong(url, "shop").outcomes
    assert (outcome.verdict, outcome.cause) == ("not_assessed", "no_right")
    assert "mysql.*" in outcome.reason

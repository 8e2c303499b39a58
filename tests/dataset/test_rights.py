"""Who may do what: what auditkit reads in the catalogues, against what the servers themselves answer."""

from __future__ import annotations

import psycopg
import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.dataset.engines.postgres.statements import PostgresStatements
from auditkit.dataset.rights import PUBLIC, READS, WRITES, Rights, RoleMembership

NAMES = ("r_app", "r_group", "r_strong", "r_owner", "r_quiet")
SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE SCHEMA r_crm;
    CREATE ROLE r_app LOGIN; CREATE ROLE r_group; CREATE ROLE r_strong BYPASSRLS; CREATE ROLE r_owner;
    CREATE ROLE r_quiet LOGIN;
    GRANT r_group TO r_app; GRANT r_strong TO r_group WITH INHERIT FALSE;
    GRANT USAGE ON SCHEMA public TO r_app, r_quiet; GRANT USAGE ON SCHEMA r_crm TO r_group;
    CREATE TABLE people (id integer NOT NULL, email text, born date); ALTER TABLE people OWNER TO r_owner;
    CREATE TABLE r_crm."Leads" (id integer, "E-Mail" text);
    CREATE TABLE orders (id integer);
    CREATE VIEW mails AS SELECT email FROM people;
    GRANT SELECT (id) ON people TO r_app; GRANT INSERT ON people TO r_group;
    GRANT SELECT ON r_crm."Leads" TO r_group;
    GRANT SELECT ON orders TO PUBLIC;
    ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    CREATE POLICY some_of ON people FOR SELECT TO r_app USING (id > 0);
"""


@pytest.fixture
def server(postgres_server):
    """Return the owner's connection, and a function that reads the rights as a role."""

    def rights(role="postgres"):
        with auditkit.open(postgres_server.replace("postgres:@", f"{role}:@")) as data:
            return data.rights()[0]

    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(SCRIPT)
        yield owner, rights
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA r_crm CASCADE")
        owner.execute(f"DROP OWNED BY {', '.join(NAMES)}; DROP ROLE {', '.join(NAMES)}")


def test_it_says_what_the_server_says_of_every_role_table_and_column(server):
    owner, read = server
    rights = read()
    asked = 0
    for role in NAMES:
        for relation in rights.relations.values():
            for privilege in sorted(READS | WRITES):
                able = "has_schema_privilege(%s, %s, 'USAGE') AND has_table_privilege(%s, %s, %s)"
                for column in (None, *relation.types):
                    if column is not None:
                        if privilege in ("DELETE", "TRUNCATE"):
                            continue
                        able = (
                            "has_schema_privilege(%s, %s, 'USAGE') AND has_column_privilege(%s, %s,"
                            f" '{column}', %s)"
                        )
                    theirs = owner.execute(
                        f"SELECT {able}", [role, relation.schema, role, relation.sql, privilege]
                    ).fetchone()[0]
                    ours = rights.may(role, [privilege], relation.name, column)
                    if column is None and not theirs:
                        continue  # a right to some columns is one to the table here, and none for the server
                    if relation.owner != role:
                        assert ours == theirs, (role, relation.name, column, privilege)
                    asked += 1
    assert asked > 50


def test_roles_and_what_they_reach(server):
    _, read = server
    rights = read()
    assert rights.holds("r_app") == {"r_app", "r_group", PUBLIC}
    assert rights.becomes("r_app") == {"r_app", "r_group", "r_strong"}
    assert not rights.escapes("r_app", "people")
    assert rights.escapes("r_strong", "people") and rights.escapes("r_owner", "people")
    assert rights.filtered("r_app", "people") is True
    assert rights.filtered("r_quiet", "people") is None
    assert rights.filtered("r_app", "orders") is False
    assert rights.views["mails"] == ("people",)
    assert rights.relations["people"].required == {"id"}
    assert rights.relations["r_crm.Leads"].sql == 'r_crm."Leads"'
    assert rights.called(["r_app", "nobody"]) == ("r_app",)


def test_a_role_that_may_read_nothing_sees_the_same_catalogue(server):
    _, read = server
    full, narrow = read(), read("r_quiet")
    for part in (
        "relations",
        "grants",
        "memberships",
        "policies",
        "schema_grants",
        "views",
        "children",
        "routines",
    ):
        assert getattr(full, part) == getattr(narrow, part), part
    assert set(narrow.unseen) == {"passwords", "sessions", "entrances"}
    assert {m.cause.value for m in narrow.unseen.values()} == {"no_right"}
    assert full.unseen == {}


def test_a_name_that_is_a_value_is_not_shown_and_text_of_policies_and_views_neither(server):
    owner, read = server
    owner.execute("CREATE POLICY \"jane.roe@example.org\" ON people USING (email = 'canary@secret.example')")
    owner.execute("CREATE VIEW picked AS SELECT id FROM people WHERE email = 'canary@secret.example'")
    owner.execute(
        'CREATE ROLE "john.roe@example.org" LOGIN; GRANT SELECT ON orders TO "john.roe@example.org"'
    )
    try:
        rights = read()
        text = repr(rights)
        assert "roe@example" not in text and "canary" not in text
        assert any(g.grantee.startswith("role ") for g in rights.grants)
        assert rights.called(["john.roe@example.org"])[0].startswith("role "), (
            "who writes the policy knows the name"
        )
    finally:
        owner.execute('DROP OWNED BY "john.roe@example.org"; DROP ROLE "john.roe@example.org"')


def test_tables_of_several_sources_have_their_names(server, postgres_server):
    with auditkit.open({"shop": postgres_server}) as data:
        assert {"shop.people", "shop.r_crm.Leads", "shop.mails"} <= set(data.rights()[0].relations)
        assert data.rights()[0].relations["shop.people"].sql == "people"


def test_files_have_none(tmp_path):
    (tmp_path / "a.csv").write_text("id\n1\n")
    with auditkit.open(tmp_path / "a.csv") as data:
        assert data.rights() == ()


def test_accounts_of_mariadb(mariadb_server):
    url = f"mysql://root@localhost/r_audited?unix_socket={mariadb_server}"
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS r_audited", "CREATE DATABASE r_audited",
            "CREATE TABLE r_audited.people (id INT, email TEXT)", "CREATE TABLE r_audited.orders (id INT)",
            "CREATE OR REPLACE USER r_app@'%' IDENTIFIED BY 'hunter2'",
            "CREATE OR REPLACE USER r_app@'10.0.0.7'", "CREATE OR REPLACE ROLE r_desk",
            "GRANT SELECT ON r_audited.orders TO r_desk", "GRANT r_desk TO r_app@'%'",
            "GRANT SELECT (id) ON r_audited.people TO r_app@'%'",
            "GRANT INSERT ON `r\\_audit%`.* TO r_app@'%'",
        ):  # fmt: skip
            cursor.execute(statement)
        try:
            with auditkit.open(url) as data:
                (rights,) = data.rights()
            anywhere, at_address = rights.called(["r_app"])
            assert (anywhere, at_address) == ("'r_app'@'%'", "'r_app'@'(address)'")
            assert (
                rights.may(anywhere, READS, "orders")
                and rights.may(anywhere, READS, "people", "id")
                and rights.may(anywhere, ["INSERT"], "people")
            )
            assert not rights.may(anywhere, READS, "people", "email") and not rights.may(
                at_address, READS | WRITES, "orders"
            )
            assert (rights.roles[anywhere].password, rights.roles[at_address].password) == (
                "mysql_native_password",
                "none",
            )
            assert "hunter2" not in repr(rights) and "10.0.0.7" not in repr(rights)
            with auditkit.open(url.replace("root@", "r_app:hunter2@")) as data:
                (narrow,) = data.rights()
            assert set(narrow.unseen) == {"grants", "passwords", "sessions", "entrances"}
        finally:
            cursor.execute("DROP USER r_app@'%', r_app@'10.0.0.7'")
            cursor.execute("DROP ROLE r_desk")
            cursor.execute("DROP DATABASE r_audited")


ROLES = st.sampled_from("abcdef")


@settings(max_examples=60)
@given(st.lists(st.builds(RoleMembership, ROLES, ROLES, st.booleans(), st.booleans()), max_size=12), ROLES)
def test_a_role_holds_no_more_than_it_may_become_and_both_are_closed(memberships, role):
    rights = Rights("PostgreSQL", "auditor", PostgresStatements(), memberships=tuple(memberships))
    held, become = rights.holds(role) - {PUBLIC}, rights.becomes(role)
    assert role in held <= become
    assert all(rights.holds(other) - {PUBLIC} <= held for other in held)
    assert all(rights.becomes(other) <= become for other in become)

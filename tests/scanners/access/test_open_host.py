from __future__ import annotations

from pathlib import Path

import psycopg
import pymysql
import pytest

import auditkit
from auditkit.dataset.engines.postgres.statements import PostgresStatements
from auditkit.dataset.rights import Entrance, Rights
from auditkit.facts.access.server import Server
from auditkit.scanners.access.open_host import entrances, open_host

CHECK = "access-open-host"
SOUND = [
    "local all all scram-sha-256",
    "hostssl all app 10.0.0.0/8 scram-sha-256",
    "host all all 127.0.0.1/32 scram-sha-256",
    "host all all 0.0.0.0/0 reject",
]


@pytest.fixture
def rules(postgres_server):
    """Return a function that puts rules into `pg_hba.conf`, which is not read again, and tells what is found
    of the last of them.
    """
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (n integer)")
        path = Path(owner.execute("SHOW hba_file").fetchone()[0])
        before = path.read_text()

        def put(*lines):
            path.write_text("\n".join([*SOUND, *lines]) + "\n")
            found = auditkit.audit(postgres_server, checks=[CHECK], strict=True).findings
            assert all(f.target.startswith("line ") for f in found)
            words = {
                f.target: (frozenset(n for n, v in f.detail.items() if v is True), f.severity.value)
                for f in found
            }
            assert "10.9.8" not in str(found), "no address is shown"
            return words

        yield put
        path.write_text(before)


@pytest.mark.parametrize(
    ("line", "words", "severity"),
    [
        ("host all all 10.9.8.0/24 trust", {"unproven", "without_tls"}, "critical"),
        ("local all all trust", {"unproven"}, "medium"),
        ("host all all 127.0.0.1/32 trust", {"unproven"}, "medium"),
        ("host all all 0.0.0.0/0 scram-sha-256", {"from_anywhere", "without_tls"}, "high"),
        ("host all all ::/0 scram-sha-256", {"from_anywhere", "without_tls"}, "high"),
        ("host all all all scram-sha-256", {"from_anywhere", "without_tls"}, "high"),
        ("host all app 10.9.8.0/24 scram-sha-256", {"without_tls"}, "medium"),
        ("host all app 10.9.8.0/24 password", {"without_tls", "readable_password"}, "high"),
        (
            'host all app 10.9.8.0/24 radius radiusservers="127.0.0.1" radiussecrets="x"',
            {"without_tls", "readable_password"},
            "high",
        ),
    ],
)
def test_a_rule_that_is_too_wide_is_found_by_its_line(rules, line, words, severity):
    assert rules() == {}
    assert rules(line) == {"line 5": (frozenset(words), severity)}


def test_a_rule_for_tls_from_anywhere_matters_less():
    """By hand: the server of the tests is built without TLS, and says of such a rule that it never
    matches.
    """
    rules = (
        Entrance("line 1", "any", "scram-sha-256", needs_tls=True),
        Entrance("line 2", "some", "cert", needs_tls=True),
    )
    server = Server("PostgreSQL", Rights("PostgreSQL", "auditor", PostgresStatements(), entrances=rules))
    rows = open_host(entrances(server)).to_pyarrow().to_pylist()
    assert [(r["target"], r["from_anywhere"], r["without_tls"], r["severity"]) for r in rows] == [
        ("line 1", True, None, "medium")
    ]


def test_only_a_superuser_sees_the_rules(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (n integer); CREATE ROLE"
            " hba_guest LOGIN"
        )
        try:
            owner.execute("GRANT USAGE ON SCHEMA public TO hba_guest; GRANT SELECT ON t TO hba_guest")
            url = postgres_server.replace("postgres:@", "hba_guest:@")
            (outcome,) = auditkit.audit(url, checks=[CHECK], strict=True).outcomes
            assert (outcome.cause, outcome.table) == ("no_right", None)
            assert "pg_hba" in outcome.reason
        finally:
            owner.execute("DROP OWNED BY hba_guest; DROP ROLE hba_guest")


def test_accounts_of_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"

    def found():
        findings = auditkit.audit(url, checks=[CHECK], strict=True).findings
        return {
            f.target: ({n for n, v in f.detail.items() if v is True}, f.severity.value)
            for f in findings
            if "root" not in f.target
        }

    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.t (id INT)")
        try:
            cursor.execute("CREATE OR REPLACE USER guest@'%' IDENTIFIED BY 'x'")
            cursor.execute("CREATE OR REPLACE USER guest@'10.9.8.7' IDENTIFIED BY 'x'")
            cursor.execute("CREATE OR REPLACE USER ''@localhost")
            assert found() == {
                "'guest'@'%'": ({"from_anywhere", "without_tls"}, "high"),
                "'guest'@'(address)'": ({"without_tls"}, "medium"),
                "''@'localhost'": ({"anonymous"}, "medium"),
            }
            cursor.execute("ALTER USER guest@'10.9.8.7' REQUIRE SSL")
            cursor.execute("RENAME USER guest@'%' TO guest@localhost")
            cursor.execute("DROP USER ''@localhost")
            assert found() == {}
            cursor.execute("CREATE OR REPLACE USER guest@'%'")
            assert found()["'guest'@'%'"] == ({"unproven", "from_anywhere", "without_tls"}, "critical")
        finally:
            for name in ("guest@'%'", "guest@'10.9.8.7'", "guest@localhost", "''@localhost"):
                cursor.execute(f"DROP USER IF EXISTS {name}")

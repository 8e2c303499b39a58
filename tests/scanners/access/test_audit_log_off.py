from __future__ import annotations

import time

import psycopg
import pymysql
import pytest

import auditkit

CHECK = "access-audit-log-off"
SETTINGS = (
    "log_connections",
    "log_statement",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "log_min_duration_statement",
)


@pytest.fixture
def server(postgres_server):
    """Return a function that sets a setting of the server, and waits until new sessions have it."""
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (n integer)")

        def put(statement):
            owner.execute(statement)
            owner.execute("SELECT pg_reload_conf()")
            for _ in range(100):
                with psycopg.connect(postgres_server) as fresh:
                    wanted = dict(
                        fresh.execute("SELECT name, setting FROM pg_file_settings WHERE applied").fetchall()
                    )
                    now = dict(
                        fresh.execute(
                            "SELECT name, reset_val FROM pg_settings WHERE name = ANY(%s)", [list(SETTINGS)]
                        ).fetchall()
                    )
                if all(now[name] == wanted[name] for name in SETTINGS if name in wanted):
                    return
                time.sleep(0.05)

        yield put
        for name in SETTINGS:
            owner.execute(f"ALTER SYSTEM RESET {name}")
        owner.execute("SELECT pg_reload_conf()")


def targets(url):
    return {f.target: f for f in auditkit.audit(url, checks=[CHECK], strict=True).findings}


def test_what_is_not_written_down_until_it_is(server, postgres_server):
    found = targets(postgres_server)
    assert {name: f.severity.value for name, f in found.items()} == {
        "log_connections": "low",
        "log_statement": "medium",
    }
    for finding in found.values():
        server(finding.detail["ddl"])
    assert targets(postgres_server) == {}


def test_a_log_of_values_until_they_are_left_out(server, postgres_server):
    server("ALTER SYSTEM SET log_connections = on")
    server("ALTER SYSTEM SET log_statement = 'all'")
    server("ALTER SYSTEM SET log_parameter_max_length_on_error = -1")
    found = targets(postgres_server)
    assert set(found) == {"log_parameter_max_length", "log_parameter_max_length_on_error"}
    for finding in found.values():
        server(finding.detail["ddl"])
    assert targets(postgres_server) == {}


def test_on_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.t (id INT)")
        assert set(targets(url)) == {"server_audit_logging"}
        cursor.execute("SET GLOBAL general_log = ON")
        found = targets(url)
        assert set(found) == {"server_audit_logging", "general_log"}
        cursor.execute(found["general_log"].detail["ddl"])
        assert set(targets(url)) == {"server_audit_logging"}

from __future__ import annotations

import hashlib

import pymysql

import auditkit

CHECK = "access-password-storage"


def found(desk, **more):
    return {f.target: (f.detail["method"], f.severity.value) for f in desk.audit(CHECK, **more).findings}


def test_a_password_kept_as_md5_until_it_is_set_anew(desk):
    assert {o.target for o in desk.audit(CHECK).passed} == {"password_encryption", "kept passwords"}
    kept = hashlib.md5(b"secretdesk_app", usedforsecurity=False).hexdigest()
    desk.run(f"ALTER ROLE desk_app PASSWORD 'md5{kept}'")
    assert found(desk) == {"desk_app": ("md5", "medium")}
    assert kept not in desk.audit(CHECK).to_json()
    desk.run("ALTER ROLE desk_app PASSWORD 'secret'")
    assert found(desk) == {}


def test_new_passwords_would_be_kept_as_md5(desk):
    desk.run("ALTER ROLE postgres SET password_encryption = 'md5'")
    try:
        assert found(desk) == {"password_encryption": ("md5", "medium")}
        (finding,) = desk.audit(CHECK).findings
        assert finding.detail["ddl"] == "ALTER SYSTEM SET password_encryption = 'scram-sha-256'"
    finally:
        desk.run("ALTER ROLE postgres RESET password_encryption")
    assert found(desk) == {}


def test_only_a_superuser_sees_what_is_kept(desk):
    audit = desk.audit(CHECK, role="desk_boss")
    assert [(o.verdict, o.target) for o in audit.outcomes] == [
        ("not_assessed", "kept passwords"),
        ("passed", "password_encryption"),
    ]
    assert audit.not_assessed[0].cause == "no_right"


def test_older_methods_of_mariadb(mariadb_server):
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    kept = lambda: {
        f.target: f.severity.value
        for f in auditkit.audit(url, checks=[CHECK], strict=True).findings
        if "keeper" in f.target
    }
    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.t (id INT)")
        cursor.execute("CREATE OR REPLACE USER keeper@localhost IDENTIFIED BY 'x'")
        try:
            assert kept() == {"'keeper'@'localhost'": "low"}
            cursor.execute(
                "ALTER USER keeper@localhost IDENTIFIED VIA mysql_old_password USING '7c786c222596437b'"
            )
            assert kept() == {"'keeper'@'localhost'": "high"}
            cursor.execute("ALTER USER keeper@localhost IDENTIFIED VIA unix_socket")
            assert kept() == {}
        finally:
            cursor.execute("DROP USER keeper@localhost")

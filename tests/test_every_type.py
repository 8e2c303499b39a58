"""No statement fails for the type of a column: every check, every type of every engine, every role."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import duckdb
import psycopg
import pytest

import auditkit
from auditkit.outcome import Cause

pytestmark = pytest.mark.slow

TEXT = ["'Ana'", "'Ben'", "'Eva'", "NULL"]

POSTGRES: Mapping[str, list[str]] = {
    "uuid": [f"'00000000-0000-4000-8000-00000000000{i}'" for i in (1, 2, 3)],
    "mood": ["'happy'", "'sad'", "'calm'"],
    "email": ["'a@example.org'", "'b@example.org'", "'c@example.org'"],
    "positive": ["1", "2", "3"],
    "token": [f"'00000000-0000-4000-8000-00000000000{i}'" for i in (1, 2, 3)],
    "pair": ["'(1,a)'", "'(2,b)'", "'(3,c)'"],
    "json": ["""'{"a": {"id": 1}}'""", "'[1, 2]'", "'3'"],
    "jsonb": ["""'{"a": {"id": 1}}'""", "'[1, 2]'", "'3'"],
    "tsvector": ["'a b'", "'c'", "'d'"],
    "point": ["'(1,2)'", "'(3,4)'", "'(5,6)'"],
    "box": ["'(1,2),(0,0)'", "'(3,4),(0,0)'", "'(5,6),(0,0)'"],
    "name": TEXT[:3],
    "oid": ["1", "2", "3"],
    "regclass": ["'pg_class'", "'pg_type'", "'pg_proc'"],
    "money": ["1.5", "2.5", "3.5"],
    "bit(3)": ["B'001'", "B'010'", "B'011'"],
    "varbit": ["B'1'", "B'10'", "B'11'"],
    "bytea": ["'abc'", r"'\xff00'", "''"],
    "interval": ["'1 day'", "'1 month'", "'-2 hours'"],
    "time": ["'01:00'", "'02:00'", "'03:00'"],
    "timetz": ["'01:00+01'", "'02:00+01'", "'03:00+01'"],
    "date": ["'2020-01-01'", "'infinity'", "'0044-03-15 BC'"],
    "timestamp": ["'2020-01-01'", "'infinity'", "'-infinity'"],
    "timestamptz": ["'2020-01-01'", "'infinity'", "'-infinity'"],
    "inet": ["'192.0.2.1'", "'192.0.2.0/24'", "'2001:db8::1'"],
    "cidr": ["'192.0.2.0/24'", "'192.0.3.0/24'", "'2001:db8::/32'"],
    "macaddr": ["'00:00:5e:00:53:01'", "'00:00:5e:00:53:02'", "'00:00:5e:00:53:03'"],
    "macaddr8": ["'00:00:5e:00:53:01:00:01'", "'00:00:5e:00:53:01:00:02'", "'00:00:5e:00:53:01:00:03'"],
    "int4range": ["'[1,2)'", "'[3,4)'", "'empty'"],
    "tstzrange": ["'[2020-01-01,2021-01-01)'", "'[,2020-01-01)'", "'[2020-01-01,)'"],
    "int4multirange": ["'{[1,2)}'", "'{[3,4)}'", "'{}'"],
    "text[]": ["'{a}'", "'{b,c}'", "'{}'"],
    "uuid[]": ["'{00000000-0000-4000-8000-000000000001}'", "'{}'", "'{NULL}'"],
    "mood[]": ["'{happy}'", "'{sad,calm}'", "'{}'"],
    "jsonb[]": ["ARRAY['{}'::jsonb]", "ARRAY['1'::jsonb]", "'{}'"],
    "float8[]": ["'{1}'", "'{2,NaN}'", "'{}'"],
    "char(3)": ["'a'", "'b'", "'c'"],
    '"char"': ["'a'", "'b'", "'c'"],
    "varchar(20)": TEXT[:3],
    "text": ["'Ana'", "''", "' '"],
    "numeric": ["1", "'NaN'", "1e60"],
    "numeric(60,40)": ["1", "2.5", "1e19"],
    "float8": ["'NaN'", "'Infinity'", "1e300"],
    "real": ["1", "2.5", "'-Infinity'"],
    "smallint": ["1", "2", "3"],
    "bigint": ["1", "-9223372036854775808", "9223372036854775807"],
    "boolean": ["true", "false", "NULL"],
    "pg_lsn": ["'0/1'", "'0/2'", "'0/3'"],
    "xid": ["'1'", "'2'", "'3'"],
    "jsonpath": ["'$.a'", "'$.b'", "'$.c'"],
}  # fmt: skip
POSTGRES_TYPES = (
    "CREATE TYPE mood AS ENUM ('happy', 'sad', 'calm'); CREATE TYPE pair AS (x int, y text);"
    " CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
    " CREATE DOMAIN inner_token AS uuid; CREATE DOMAIN token AS inner_token;"
)
DUCKDB: Mapping[str, list[str]] = {
    "UUID": [f"'00000000-0000-4000-8000-00000000000{i}'" for i in (1, 2, 3)],
    "ENUM('happy', 'sad', 'calm')": ["'happy'", "'sad'", "'calm'"],
    "HUGEINT": ["1", "2", "170141183460469231731687303715884105727"],
    "UHUGEINT": ["1", "2", "340282366920938463463374607431768211455"],
    "UBIGINT": ["1", "2", "18446744073709551615"],
    "UTINYINT": ["1", "2", "255"],
    "DECIMAL(38, 10)": ["1", "2.5", "1e20"],
    "DOUBLE": ["'nan'", "'inf'", "1e300"],
    "FLOAT": ["1", "2.5", "'-inf'"],
    "BOOLEAN": ["true", "false", "NULL"],
    "INTEGER[]": ["[1]", "[2, NULL]", "[]"],
    "FLOAT[2]": ["[1, 2]", "[3, 4]", "[5, 6]"],
    "VARCHAR[]": ["['a']", "['b', 'c']", "[]"],
    "STRUCT(id INTEGER, v VARCHAR)": ["{'id': 1, 'v': 'a'}", "{'id': 2, 'v': 'b'}", "{'id': 3, 'v': NULL}"],
    "MAP(VARCHAR, INTEGER)": ["MAP {'a': 1}", "MAP {'b': 2}", "MAP {}"],
    "UNION(n INTEGER, s VARCHAR)": ["1", "'a'", "2"],
    "JSON": ["""'{"a": {"id": 1}}'""", "'[1, 2]'", "'3'"],
    "BLOB": [r"'\x00\xFF'::BLOB", "'abc'::BLOB", "''::BLOB"],
    "BIT": ["'101'", "'1'", "'0'"],
    "INTERVAL": ["INTERVAL 1 DAY", "INTERVAL 1 MONTH", "INTERVAL 2 HOUR"],
    "TIME": ["'01:00:00'", "'02:00:00'", "'03:00:00'"],
    "TIMETZ": ["'01:00:00+01'", "'02:00:00+01'", "'03:00:00+01'"],
    "DATE": ["'2020-01-01'", "'infinity'", "'0044-03-15 (BC)'"],
    "TIMESTAMP": ["'2020-01-01'", "'infinity'", "'-infinity'"],
    "TIMESTAMPTZ": ["'2020-01-01'", "'infinity'", "'-infinity'"],
    "TIMESTAMP_S": ["'2020-01-01'", "'2020-01-02'", "'2020-01-03'"],
    "TIMESTAMP_MS": ["'2020-01-01'", "'2020-01-02'", "'2020-01-03'"],
    "TIMESTAMP_NS": ["'2020-01-01'", "'2020-01-02'", "'2020-01-03'"],
    "VARCHAR": ["'Ana'", "''", "' '"],
    "BIGINT": ["1", "-9223372036854775808", "9223372036854775807"],
}  # fmt: skip
MARIADB: Mapping[str, list[str]] = {
    "ENUM('happy', 'sad', 'calm')": ["'happy'", "'sad'", "'calm'"],
    "SET('a', 'b', 'c')": ["'a'", "'b,c'", "''"],
    "UUID": [f"'00000000-0000-4000-8000-00000000000{i}'" for i in (1, 2, 3)],
    "INET6": ["'192.0.2.1'", "'2001:db8::1'", "'::'"],
    "INET4": ["'192.0.2.1'", "'192.0.2.2'", "'0.0.0.0'"],
    "JSON": ["""'{"a": {"id": 1}}'""", "'[1, 2]'", "'3'"],
    "BIT(1)": ["b'1'", "b'0'", "NULL"],
    "BIT(12)": ["b'101'", "b'0'", "b'111'"],
    "YEAR": ["2020", "1901", "0"],
    "TIME": ["'01:00'", "'-838:59:59'", "'838:59:59'"],
    "DATE": ["'2020-01-01'", "'0000-00-00'", "'9999-12-31'"],
    "DATETIME(6)": ["'2020-01-01'", "'0000-00-00'", "'9999-12-31'"],
    "TIMESTAMP NULL": ["'2020-01-01'", "'2020-01-02'", "NULL"],
    "BLOB": ["x'00ff'", "'abc'", "''"],
    "VARBINARY(16)": ["x'00ff'", "'abc'", "''"],
    "BINARY(2)": ["x'00ff'", "'ab'", "''"],
    "GEOMETRY": ["Point(1, 2)", "Point(3, 4)", "Point(5, 6)"],
    "POINT": ["Point(1, 2)", "Point(3, 4)", "Point(5, 6)"],
    "BIGINT UNSIGNED": ["1", "2", "18446744073709551615"],
    "BIGINT": ["1", "-9223372036854775808", "9223372036854775807"],
    "TINYINT(1)": ["1", "0", "2"],
    "TINYINT UNSIGNED": ["1", "0", "255"],
    "DECIMAL(65, 30)": ["1", "2.5", "1e20"],
    "DOUBLE": ["1", "2.5", "1e300"],
    "FLOAT": ["1", "2.5", "1e30"],
    "CHAR(36)": TEXT[:3],
    "LONGTEXT": ["'Ana'", "''", "' '"],
    "VARCHAR(20) CHARACTER SET latin1": TEXT[:3],
    "VARCHAR(20) COLLATE utf8mb4_bin": TEXT[:3],
}  # fmt: skip
SQLITE: Mapping[str, list[str]] = {
    "INTEGER": ["1", "'two'", "x'00ff'"],
    "TEXT": ["'Ana'", "2", "x'00ff'"],
    "REAL": ["1.5", "'x'", "9e999"],
    "NUMERIC": ["1", "'x'", "1e300"],
    "BLOB": ["x'00ff'", "'a'", "1"],
    "": ["1", "'a'", "x'00ff'"],
    "BOOLEAN": ["1", "'yes'", "NULL"],
    "DATE": ["'2020-01-01'", "'soon'", "20200101"],
    "DATETIME": ["'2020-01-01T00:00:00Z'", "1577836800", "''"],
    "TIMESTAMP": ["1577836800000", "'x'", "-1"],
    "TIME": ["'01:00'", "'x'", "1"],
    "UUID": ["'00000000-0000-4000-8000-000000000001'", "x'00ff'", "1"],
    "JSON": ["""'{"a": {"id": 1}}'""", "'{'", "1"],
    "DECIMAL(10,2)": ["1.25", "'x'", "1e30"],
    "BIGINT UNSIGNED": ["18446744073709551615", "1", "-1"],
    "VARCHAR(20)": ["'Ana'", "1", "CAST(x'ff' AS TEXT)"],
    "ENUM": ["'a'", "'b'", "1"],
    "INTERVAL": ["'P1D'", "1", "'x'"],
}  # fmt: skip
CLOCKS = {
    **dict.fromkeys(("text", "varchar(20)", "VARCHAR", "LONGTEXT", "TEXT", "DATETIME"), "'2020-01-01'"),
    **dict.fromkeys(("numeric", "numeric(60,40)", "float8", "real", "bigint", "BIGINT"), "1577836800"),
    **dict.fromkeys(("HUGEINT", "UBIGINT", "DOUBLE", "FLOAT", "BIGINT UNSIGNED", "TIMESTAMP"), "1577836800"),
}
"""The types that are no clocks and may hold moments all the same, each with one."""
FIXED = "n BIGINT, started_on DATE, access_token VARCHAR(40)"
"""The columns of every table, whatever the type of the others."""


def statements(types: Mapping[str, list[str]], root: str) -> list[str]:
    """Return the statements that create, for each type, a table with a column of it in every role."""
    found = [f"CREATE TABLE tenants (id {root} PRIMARY KEY, slug VARCHAR(20))"]
    found += [f"INSERT INTO tenants VALUES ({cell}, 'tenant-{n}')" for n, cell in enumerate(types[root])]
    clocks = {kind: cell for kind, cell in CLOCKS.items() if types is SQLITE or kind != "TIMESTAMP"}
    for i, (kind, cells) in enumerate(types.items()):
        roles = ("id", "tenant_id", "parent_id", "closed_at", "api_token", "email", "visitor_ip", "payload")
        columns = ", ".join(f"{role} {kind}" for role in roles)
        found.append(f"CREATE TABLE kind_{i} ({FIXED}, {columns})")
        for n in range(3):
            in_roles = [cells[(n + j) % 3] for j in range(len(roles))]
            if n == 0 and kind in clocks:
                in_roles[roles.index("closed_at")] = clocks[kind]
            row = ", ".join([str(n), "'2020-01-01'", "'6d1f0a8b6f6e4d2c9b7a'", *in_roles])
            found.append(f"INSERT INTO kind_{i} VALUES ({row})")
    return found


def policy(types: Mapping[str, list[str]]) -> auditkit.Policy:
    """Return a policy that gives each column its role; a start is a column that holds moments."""
    declared = {}
    for i, kind in enumerate(types):
        is_start = kind in CLOCKS or kind.lower().startswith(("date", "timestamp"))
        name = f"kind_{i}"
        declared[name] = {
            "subject": {"type": "person", "key": "id"},
            "columns": {"email": "user.contact.email", "visitor_ip": "user.device.ip_address"},
            "retention": {
                "start": "closed_at" if is_start else "started_on",
                "max": "P3Y",
                "min": "P6M",
                **({"deleted": "closed_at"} if is_start else {}),
                "hold": "payload",
                "basis": "Art. 1",
            },
            "references": {"parent_id": f"{name}.id"},
            "quasi_identifiers": ["email", "visitor_ip"],
            "sensitive": ["payload"],
        }
    tenancy = {"root": "tenants", "key": "tenant_id"}
    return auditkit.Policy.parse(
        json.dumps({"version": 1, "name": "types", "tenancy": tenancy, "tables": declared})
    )


def errors(source: Path | str, types: Mapping[str, list[str]]) -> list[str]:
    """Return what failed in an audit with every check."""
    kinds = list(types)
    audit = auditkit.audit(source, policy(types), as_of="2026-11-29")
    return [
        f"{outcome.check} of {_type(outcome.table, kinds)}: {outcome.reason}"
        for outcome in audit.not_assessed
        if outcome.cause is Cause.ERROR
    ]


def _type(table: str | None, kinds: list[str]) -> str:
    return kinds[int(table.removeprefix("kind_"))] if table and table.startswith("kind_") else str(table)


def test_postgres(postgres_server: str) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {POSTGRES_TYPES}")
        connection.execute("; ".join(statements(POSTGRES, "uuid")))
    assert errors(postgres_server, POSTGRES) == []


def test_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "types.duckdb") as connection:
        connection.execute("; ".join(statements(DUCKDB, "UUID")))
    assert errors(tmp_path / "types.duckdb", DUCKDB) == []


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "types.sqlite") as connection:
        connection.executescript("; ".join(statements(SQLITE, "TEXT")))
    assert errors(tmp_path / "types.sqlite", SQLITE) == []


def test_mariadb(mariadb_server: str) -> None:
    import pymysql

    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("SET sql_mode = ''")
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited CHARACTER SET utf8mb4")
        cursor.execute("USE audited")
        for statement in statements(MARIADB, "UUID"):
            cursor.execute(statement)
    url = f"mysql://root@localhost/audited?unix_socket={mariadb_server}"
    assert errors(url, MARIADB) == []

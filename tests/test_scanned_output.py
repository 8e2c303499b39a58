"""What a command prints about a source is looked through: a name that is a value is withheld."""

from __future__ import annotations

import sqlite3

import pytest

from auditkit.cli import main

VALUE = "canary.name@example.org"
POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables: {users: {retention: {start: seen_at, max: P1Y, basis: contract}}}
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "desk.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE tenants (id INTEGER PRIMARY KEY, name TEXT)")
        database.execute(
            f'CREATE TABLE users (id INTEGER, tenant_id INTEGER, seen_at TEXT, "to {VALUE} sent" TEXT)'
        )
        database.execute(
            f'CREATE TABLE "mails to {VALUE} of may" (id INTEGER, tenant_id INTEGER, email TEXT)'
        )
        database.executemany("INSERT INTO tenants VALUES (?, ?)", [(1, "a"), (2, "b")])
        rows = [(i, 1 + i % 2, "2019-01-01", f"p{i}@example.org") for i in range(20)]
        database.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)
    database.close()
    (tmp_path / "privacy.yaml").write_text(POLICY)
    return str(path), str(tmp_path / "privacy.yaml")


@pytest.mark.parametrize(
    "command",
    [
        ["profile", "{source}"],
        ["profile", "{source}", "--format", "json"],
        ["init", "{source}"],
        ["audit", "{source}", "-p", "{policy}", "--all"],
        ["tenants", "{source}", "-p", "{policy}"],
        ["tenants", "{source}", "-p", "{policy}", "--format", "yaml"],
        ["retention", "{source}", "-p", "{policy}", "--what-if", "P1Y,P3Y"],
        ["explore", "{source}"],
    ],
    ids=" ".join,
)
def test_no_command_prints_a_name_that_is_a_value(command, source, capsys):
    main([part.format(source=source[0], policy=source[1]) for part in command])
    shown = capsys.readouterr()
    assert shown.out and VALUE not in shown.out + shown.err

"""Rows that were deleted may still be in the source: what no query reads is named, and is not clean."""

from __future__ import annotations

import sqlite3

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import auditkit
from auditkit.outcome import Cause

ROWS = [(i, f"somebody{i}@example.org " * 20) for i in range(400)]


def unread(source):
    with auditkit.open(source) as data:
        return {name: r.missing.reason for name, r in data.relations.items() if r.missing is not None}


@pytest.mark.parametrize("secure", [False, True])
def test_free_pages_of_sqlite_are_named_until_they_are_gone(tmp_path, secure):
    path = tmp_path / "desk.sqlite"
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA secure_delete = {'ON' if secure else 'OFF'}")
    database.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, note TEXT)")
    database.executemany("INSERT INTO users VALUES (?, ?)", ROWS)
    database.commit()
    assert unread(path) == {}
    database.execute("DELETE FROM users WHERE id > 3")
    database.commit()
    assert b"somebody399" not in path.read_bytes() if secure else b"somebody399" in path.read_bytes()
    assert list(unread(path)) == ([] if secure else ["deleted rows"])
    if not secure:
        found = auditkit.audit(path, checks=["pii-undeclared"])
        assert [o.cause for o in found.outcomes if o.table == "deleted rows"] == [Cause.UNSEEN]
    database.execute("VACUUM")
    database.close()
    assert unread(path) == {}


def test_row_groups_that_no_footer_lists_are_named(tmp_path):
    path, frame = tmp_path / "users.parquet", pd.DataFrame(ROWS, columns=["id", "note"])
    frame.to_parquet(path, row_group_size=100)
    assert unread(path) == {}
    first = tmp_path / "first.parquet"
    frame.head(100).to_parquet(first)
    whole = first.read_bytes()
    footer = whole[-8 - int.from_bytes(whole[-8:-4], "little") :]
    rows = path.read_bytes()
    rows = rows[: -8 - int.from_bytes(rows[-8:-4], "little")]
    path.write_bytes(rows + footer)  # all four groups, and a footer that lists the first
    assert len(pd.read_parquet(path)) == 100
    assert list(unread(path)) == ["users (dropped rows)"]


@pytest.mark.parametrize(
    "options", [{"write_page_index": True}, {"compression": None}, {"use_dictionary": False}]
)
def test_nothing_is_named_in_a_file_that_is_whole(tmp_path, options):
    pq.write_table(pa.table({"a": range(9000)}), tmp_path / "a.parquet", row_group_size=1000, **options)
    assert unread(tmp_path / "a.parquet") == {}


def test_the_history_of_a_table_with_versions_is_named(mariadb_server):
    import pymysql

    connection = pymysql.connect(unix_socket=mariadb_server, user="root", ssl_disabled=True, autocommit=True)
    with connection, connection.cursor() as cursor:
        for statement in (
            "DROP DATABASE IF EXISTS audited",
            "CREATE DATABASE audited",
            "CREATE TABLE audited.users (id INT PRIMARY KEY, mail VARCHAR(80)) WITH SYSTEM VERSIONING",
            "CREATE TABLE audited.plans (id INT PRIMARY KEY)",
            "INSERT INTO audited.users VALUES (1, 'somebody@example.org')",
            "DELETE FROM audited.users",
        ):
            cursor.execute(statement)
    found = unread(f"mysql://root@localhost/audited?unix_socket={mariadb_server}")
    assert list(found) == ["users (history)"]
    assert "DELETE HISTORY" in found["users (history)"]

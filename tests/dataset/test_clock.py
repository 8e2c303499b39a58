from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

import duckdb
import psycopg
import pytest

import auditkit
from auditkit.dataset.clock import clock

NEW_YEAR = datetime(2025, 1, 1)
CELLS = {
    "2025-01-01T00:00:00": ("2025-01-01 00:00:00", False),
    "2025-01-01 00:00:00": ("2025-01-01 00:00:00", False),
    "2025-01-01T00:00:00+02:00": ("2024-12-31 22:00:00", False),
    "2025-01-01": ("2025-01-01 00:00:00", False),
    "9999-12-31": ("9999-12-31 00:00:00", False),
    "1st of May": (None, True),
    "": (None, False),
    " ": (None, False),
    None: (None, False),
}

IMPOSSIBLE = (
    "2025-02-29 2024-02-30 1900-02-29 2025-13-01 2025-00-10 2025-04-31 0000-01-01 2025-01-01T25:00"
    " 2025-01-01T10:61 2025-01-01T10:00:61 2025-01-01T10:00:00+99"
).split()


def read(path, column):
    with auditkit.open(path) as dataset:
        table = dataset.tables["t"]
        found = clock(table[column])
        rows = dataset.fetch(
            table.select(
                table.id, moment=found.moment.cast("string"), unreadable=found.unreadable.fill_null(False)
            ).order_by("id")
        )
        due = dataset.fetch(table.aggregate(n=table.count(where=found.moment <= NEW_YEAR)))[0]["n"]
    return [(r["moment"], r["unreadable"]) for r in rows], due


@pytest.mark.parametrize("kind", ["TIMESTAMP", "DATE", "TEXT", "INTEGER"])
def test_sqlite_says_the_same_of_every_declared_type(tmp_path, kind):
    connection = sqlite3.connect(tmp_path / "t.sqlite")
    connection.execute(f"CREATE TABLE t (id INTEGER, c {kind})")
    connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(CELLS)))
    connection.commit()
    connection.close()
    found, due = read(tmp_path / "t.sqlite", "c")
    assert found == list(CELLS.values())
    assert due == 4


def test_numbers_on_sqlite_are_unix_time_in_seconds_or_milliseconds(tmp_path):
    connection = sqlite3.connect(tmp_path / "t.sqlite")
    connection.execute("CREATE TABLE t (id INTEGER, c TIMESTAMP)")
    connection.executemany(
        "INSERT INTO t VALUES (?, ?)", [(1, 1735689600), (2, 1735689600000), (3, 0), (4, 1735689600.5)]
    )
    connection.commit()
    connection.close()
    assert [m for m, _ in read(tmp_path / "t.sqlite", "c")[0]] == ["2025-01-01 00:00:00"] * 2 + [
        "1970-01-01 00:00:00",
        "2025-01-01 00:00:00",
    ]


def test_postgres_reads_text_and_a_day_that_no_calendar_has_does_not_end_the_query(postgres_server):
    cells = CELLS | {"2000-02-29 01:02:03.5-0130": ("2000-02-29 02:32:03.5", False)}
    cells |= dict.fromkeys(IMPOSSIBLE, (None, True))
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("CREATE TABLE t (id int, c text)")
        try:
            with owner.cursor() as cursor:
                cursor.executemany("INSERT INTO t VALUES (%s, %s)", list(enumerate(cells)))
            found, due = read(postgres_server, "c")
        finally:
            owner.execute("DROP TABLE t")
    assert found == list(cells.values()) and due == 5


def test_duckdb_reads_text_times_dates_zones_and_unix_time(tmp_path):
    connection = duckdb.connect(str(tmp_path / "t.duckdb"))
    connection.execute("CREATE TABLE t (id INTEGER, c TEXT, d DATE, z TIMESTAMPTZ, n BIGINT)")
    for i, cell in enumerate(CELLS):
        connection.execute(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?)",
            [i, cell, date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC), 1735689600],
        )
    connection.close()
    assert read(tmp_path / "t.duckdb", "c")[0] == list(CELLS.values())
    for column in "dzn":
        found, due = read(tmp_path / "t.duckdb", column)
        assert due == len(CELLS)
        assert {m[:19] for m, _ in found} == {"2025-01-01 00:00:00"}

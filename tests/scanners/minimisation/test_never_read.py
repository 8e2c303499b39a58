from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-never-read"
AS_OF = datetime(2026, 11, 22)
USUAL = [
    "SELECT id, email FROM users WHERE id = $1",
    "SELECT u.email FROM users u JOIN orders o ON o.user_id = u.id WHERE o.id = $1",
    "SELECT count(*) FROM users",
    "INSERT INTO users (email, phone) VALUES ($1, $2)",
    "UPDATE users SET phone = $1 WHERE id = $2",
]
READS = [
    "SELECT phone FROM users",
    'SELECT "u"."phone" FROM public.users u',
    "SELECT id FROM users WHERE phone = $1",
    "SELECT id FROM users ORDER BY phone",
    "SELECT id FROM orders JOIN users USING (phone)",
    "SELECT o.id FROM orders o, users u WHERE phone LIKE $1",
    "UPDATE users SET email = $1 WHERE phone = $2",
    "DELETE FROM users WHERE phone = $1",
    "INSERT INTO letters SELECT phone FROM users",
    "INSERT INTO users (email, phone) VALUES ($1, $2) ON CONFLICT (phone) DO NOTHING",
    "UPDATE users SET email = $1 RETURNING phone",
    "WITH all_of_them AS (SELECT id, phone FROM users) SELECT count(*) FROM all_of_them",
    "SELECT phone = $1 FROM users WHERE id = $2",
]
WHOLE = [
    "SELECT * FROM users WHERE id = $1",
    "SELECT u.* FROM users u JOIN orders o ON o.user_id = u.id",
    "SELECT row_to_json(u) FROM users u",
    "SELECT broken FROM WHERE users",
    "INSERT INTO users (email) VALUES ($1) RETURNING *",
]


def source_of(source, queries, days=200, ended=0, name="query_log", tables=()):
    people = [{"id": n, "email": f"p{n}@example.org", "phone": "+44 20 7946 0018"} for n in range(60)]
    span = [AS_OF - timedelta(days=days), AS_OF - timedelta(days=ended)]
    rows = [
        {"query": q, "calls": 10, "role": "app", "at": span[n % 2]}
        for n, q in enumerate([*queries, "SELECT 1", "SELECT 2"])
    ]
    rows.append({"query": "SELECT * FROM users", "calls": 1, "role": "dba", "at": span[0]})
    return source({"users": people, "orders": [{"id": 1, "user_id": 1}], name: rows, **dict(tables)})


def read(source, queries, **more):
    policy = auditkit.Policy.parse(
        "{version: 1, name: Shop, roles: {administrator: [dba]}, tables: {users: {columns: {}}}}"
    )
    return auditkit.audit(
        source_of(source, queries, **more), policy, checks=[CHECK], as_of="2026-11-22", strict=True
    )


def test_a_column_that_nobody_reads_is_found_until_somebody_does(source):
    audit = read(source, USUAL)
    (found,) = audit.findings
    assert (found.table, found.columns, found.severity, found.confidence) == (
        "users",
        ("phone",),
        "low",
        "medium",
    )
    assert found.detail == {"queries": 4, "days": 200}
    after = read(source, [*USUAL, READS[0]])
    assert after.findings == ()
    assert [o.table for o in after.passed] == ["users"]


@on_one_engine
@pytest.mark.parametrize("query", READS)
def test_what_reads_a_column(source, query):
    assert read(source, [*USUAL, query]).findings == ()


@on_one_engine
@pytest.mark.parametrize("query", WHOLE)
def test_what_may_read_every_column_tells_nothing(source, query):
    audit = read(source, [*USUAL, query])
    assert audit.findings == ()
    (outcome,) = [o for o in audit.not_assessed if o.table == "users"]
    assert (outcome.cause, "SELECT *" in outcome.reason) == (Cause.NOT_APPLICABLE, True)


@on_one_engine
def test_a_log_that_covers_too_little_tells_nothing(source):
    for more in ({"days": 60}, {"ended": 80}, {"name": "slow_query_log"}, {"name": "saved_searches"}):
        audit = read(source, USUAL, **more)
        assert audit.findings == ()
        assert {o.cause for o in audit.not_assessed} == {Cause.NOT_APPLICABLE}


@on_one_engine
def test_hardly_any_query_does_not_show_how_a_table_is_used(source):
    assert read(source, USUAL[:2]).findings == ()


@on_one_engine
def test_what_an_audit_asks_is_no_use(source):
    asked = [
        'SELECT "t0"."phone" FROM "public"."users" AS "t0"',
        'SELECT "id"::text, "phone"::text FROM "public"."users"',
    ]
    assert [f.columns for f in read(source, [*USUAL, *asked]).findings] == [("phone",)]


def test_a_view_that_is_read_reads_its_columns(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        owner.execute("CREATE TABLE users (id int, email text, phone text, fax text)")
        cells = "'p' || n || '@example.org', '+44 20 7946 0018', '+44 20 7946 0019'"
        owner.execute(f"INSERT INTO users SELECT n, {cells} FROM generate_series(1, 60) n")
        owner.execute("CREATE VIEW reachable AS SELECT id, phone FROM users")
        owner.execute("CREATE TABLE query_log (at timestamp, query text)")
        for n, query in enumerate([*USUAL, "SELECT * FROM reachable"]):
            owner.execute(
                "INSERT INTO query_log VALUES (%s, %s)", [AS_OF - timedelta(days=100 * (n % 2)), query]
            )
    found = auditkit.audit(postgres_server, checks=[CHECK], as_of="2026-11-22", strict=True).findings
    assert [(f.table, f.columns) for f in found] == [("users", ("fax",))]


@pytest.mark.parametrize(
    ("days", "dropped", "cause"), [(200, 0, None), (30, 0, Cause.NOT_APPLICABLE), (200, 7, Cause.UNSEEN)]
)
@on_one_engine
def test_statement_statistics_say_since_when_they_count_and_what_they_dropped(source, days, dropped, cause):
    """They are relations like any other: here tables that look like them."""
    people = [{"id": n, "email": f"p{n}@example.org", "phone": "+44 20 7946 0018"} for n in range(60)]
    info = [{"dealloc": dropped, "stats_reset": AS_OF - timedelta(days=days)}]
    kept = source(
        {
            "users": people,
            "pg_stat_statements": [{"query": q, "calls": 1} for q in USUAL],
            "pg_stat_statements_info": info,
        }
    )
    audit = auditkit.audit(kept, checks=[CHECK], as_of="2026-11-22", strict=True)
    assert [f.columns for f in audit.findings] == ([("phone",)] if cause is None else [])
    assert cause is None or {o.cause for o in audit.not_assessed} == {cause}

from __future__ import annotations

import pytest

import auditkit
from auditkit.relations.queries import reads_of
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}, roles: {administrator: [dba]}}"
COLUMNS = {"tickets": "tenant_id", "users": "tenant_id"}
BOUND = [
    "SELECT * FROM tickets WHERE tenant_id = $1 AND status = 'open'",
    "select t.id from public.tickets as t where (t.tenant_id = $1) or (t.tenant_id is null)",
    "SELECT * FROM tickets t JOIN users u ON u.id = t.author_id WHERE t.tenant_id = $1",
    "SELECT * FROM tickets t, users u WHERE u.id = t.author_id AND u.tenant_id IN ($1, $2)",
    "UPDATE tickets SET status = $1 WHERE id = $2 AND tenant_id = $3",
    "DELETE FROM tickets WHERE tenant_id = $1",
    (
        "SELECT * FROM users u WHERE u.tenant_id = $1 AND EXISTS (SELECT 1 FROM tickets t WHERE t.author_id ="
        " u.id)"
    ),
    "WITH mine AS (SELECT * FROM tickets WHERE tenant_id = $1) SELECT count(*) FROM mine",
]
LOOSE = [
    "SELECT * FROM tickets WHERE id = $1",
    "SELECT count(*) FROM tickets",
    "SELECT * FROM tickets WHERE tenant_id = $1 OR status = 'public'",
    "SELECT * FROM tickets WHERE NOT tenant_id = $1",
    "UPDATE tickets SET tenant_id = $1 WHERE id = $2",
    "DELETE FROM tickets WHERE status = 'closed'",
    "SELECT * FROM plans WHERE id IN (SELECT plan_id FROM tickets)",
    "INSERT INTO archive SELECT * FROM tickets",
]
OTHER = [
    "INSERT INTO tickets VALUES ($1, $2)",
    "CREATE INDEX ON tickets (id)",
    "BEGIN",
    "SELECT 1",
    "SELECT * FROM plans",
    "VACUUM tickets",
]


@pytest.mark.parametrize("sql", BOUND)
def test_a_query_that_names_the_tenant_is_bound(sql):
    assert {r.bound for r in reads_of(sql, "postgres", COLUMNS)} == {True}


@pytest.mark.parametrize("sql", LOOSE)
def test_a_query_that_does_not_is_not(sql):
    assert [r.bound for r in reads_of(sql, "postgres", COLUMNS) if r.table == "tickets"] == [False]


@pytest.mark.parametrize("sql", OTHER)
def test_a_query_of_other_tables_does_not_count(sql):
    assert not reads_of(sql, "postgres", COLUMNS)


def logged(source, queries, name="query_log"):
    tables = {
        "tenants": [{"id": 1}],
        "tickets": [{"id": 1, "tenant_id": 1}],
        "users": [{"id": 1, "tenant_id": 1}],
    }
    rows = [{"query": q, "calls": 10, "username": "app"} for q in queries] + [
        {"query": LOOSE[1], "calls": 5, "username": "dba"}
    ]
    return auditkit.audit(
        source({**tables, name: rows}),
        auditkit.Policy.parse(POLICY),
        checks=["tenancy-unscoped-query"],
        strict=True,
    )


def test_nothing_that_it_parses_is_logged(caplog):
    assert reads_of("SELECT 1; VACUUM 'ana@example.org'", None, COLUMNS) is not None
    assert "ana@" not in caplog.text


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM `tickets` WHERE `tenant_id` = ?",
        "/* app */ (SELECT * FROM tickets WHERE tenant_id = :t)",
    ],
)
def test_the_text_shows_its_dialect(sql):
    assert [r.bound for r in reads_of(sql, "sqlite", COLUMNS)] == [True]


def test_bound_queries_and_those_of_administrators_pass(source):
    audit = logged(source, BOUND + OTHER)
    assert audit.findings == ()
    assert [(o.table, o.columns) for o in audit.passed] == [("query_log", ("query",))]


def test_unbound_queries_are_counted_once_each_with_their_calls_until_they_name_the_tenant(source):
    audit = logged(
        source, [*BOUND, LOOSE[0], LOOSE[0], LOOSE[5], "SELECT broken FROM WHERE 'ana@example.org'"]
    )
    (found,) = audit.findings
    assert (found.table, found.target, found.rows, found.of, found.confidence) == (
        "query_log",
        "tickets",
        2,
        10,
        "medium",
    )
    assert {k: found.detail[k] for k in ("calls", "by_key", "unreadable")} == {
        "calls": 30,
        "by_key": 1,
        "unreadable": 1,
    }
    assert "ana@" not in audit.to_json()
    assert logged(source, BOUND).findings == ()


@on_one_engine
def test_a_table_that_is_no_log_of_queries_is_left_alone(source):
    audit = logged(source, LOOSE, name="saved_searches")
    assert {o.cause.value for o in audit.not_assessed} == {"not_applicable"}

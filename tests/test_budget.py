"""A time budget: what it cuts off is named as not assessed, never silently left out."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import duckdb
import pandas as pd
import psycopg
import pymysql
import pytest

import auditkit
from auditkit import budget
from auditkit import dataset as datasets
from auditkit.assess import report
from auditkit.budget import Budget
from auditkit.catalogue import catalogue
from auditkit.cli.console import _size as size_of
from auditkit.examine import examine
from auditkit.facts.profile import within
from auditkit.options import RunOptions
from auditkit.outcome import Cause
from auditkit.scanners import audit

MAILS = [f"{name}@example.org" for name in ("ana", "ben", "eva", "kim", "leo", "mia")]
TABLES = {
    "users": pd.DataFrame({"email": MAILS, "tenant_id": [1, 1, 1, 2, 2, None]}),
    "tenants": pd.DataFrame({"id": [1, 2], "title": ["a", "b"]}),
    "orders": pd.DataFrame({"email": MAILS, "closed_at": pd.to_datetime(["2010-01-01"] * 6)}),
}
POLICY = auditkit.Policy.parse(
    "{version: 1, name: Shop, tenancy: {root: tenants, key: tenant_id}, tables: {users: {columns: {}}, "
    "orders: {columns: {}, retention: {start: closed_at, max: P1Y, basis: law}}}}"
)


def test_a_table_whose_turn_comes_too_late_is_failed_with_the_budget_as_cause():
    steps = []
    end = Budget(timedelta(seconds=2), clock=lambda: float(len(steps)))
    with auditkit.open(TABLES) as dataset:
        profile = within(end, dataset, tuple(TABLES), progress=lambda *step: steps.append(step))
    assert {table for table, _ in profile.states} == {"users"}
    causes = {name: missing.cause for name, missing in profile.failed.items()}
    assert causes == {"tenants": Cause.BUDGET, "orders": Cause.BUDGET}
    assert "the time budget of 2s ended" in profile.failed["orders"].reason
    assert [text.partition(": ")[2] for text, _, _ in steps] == ["users", "tenants", "orders", ""]
    assert [(done, of) for _, done, of in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_table_by_table_gives_the_profile_of_all():
    with auditkit.open(TABLES) as dataset:
        by_table = within(Budget(timedelta(days=1)), dataset, tuple(TABLES))
        assert by_table.columns == within(None, dataset, tuple(TABLES)).columns


def test_without_time_nothing_is_read_and_nothing_disappears():
    whole, cut = audit(TABLES, POLICY), audit(TABLES, POLICY, budget=timedelta(0))
    assert whole.findings and not cut.findings
    assert not [o for o in cut.passed if o.table is not None]
    assert {o.check for o in cut.outcomes} == {o.check for o in whole.outcomes}
    late = [o for o in cut.not_assessed if o.cause is Cause.BUDGET]
    assert {(o.check, o.table) for o in late} >= {
        ("pii-undeclared", "users"),
        ("pii-undeclared", "orders"),
        ("retention-overdue", "orders"),
    }
    assert cut.exit_code() == 3


def test_what_a_statement_counts_comes_before_the_long_read():
    """The budget ends while the cells of the first table are read; what was counted before is a finding."""
    clock = [0.0]

    def progress(step: str, _done: int, _of: int) -> None:
        clock[0] = 9.0 if step.startswith("personal data") else clock[0]

    checks = [catalogue()[name] for name in ("pii-undeclared", "retention-overdue")]
    end = Budget(timedelta(seconds=1), clock=lambda: clock[0])
    options = RunOptions(date(2026, 11, 22), progress=progress, budget=end)
    with auditkit.open(TABLES) as dataset:
        outcomes = {(o.check, o.table): o for o in examine(checks, dataset, POLICY, options).outcomes}
    assert outcomes["retention-overdue", "orders"].verdict == "finding"
    assert outcomes["pii-undeclared", "orders"].cause is Cause.BUDGET


CELLS = "DATE '2010-01-01' AS closed_at, 1 AS tenant_id"
ENDLESS = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
        " SELECT i AS id, '2010-01-01' AS closed_at, 1 AS tenant_id FROM n"
    ),
    "duckdb": f"SELECT a.range AS id, {CELLS} FROM range(1000000) a, range(1000000) b",
    "postgres": f"SELECT a AS id, {CELLS} FROM generate_series(1, 99999) a, generate_series(1, 9999)",
    "mariadb": f"SELECT a.seq AS id, {CELLS} FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
}
"""Views whose rows no engine could ever count."""
OVERDUE = """
version: 1
name: Shop
tenancy: {root: tenants, key: tenant_id}
tables:
  orders: {retention: {start: closed_at, max: P1Y, basis: law}}
  slow: {retention: {start: closed_at, max: P1Y, basis: law}}
  order_lines: {retention: {via: slow_id}}
"""


@pytest.fixture(params=[*ENDLESS])
def endless(request, tmp_path):
    """Return a database with two small tables and a view that cannot be counted in a lifetime."""
    if request.param in ("sqlite", "duckdb"):
        path = tmp_path / "shop.db"
        connection = {"sqlite": sqlite3, "duckdb": duckdb}[request.param].connect(str(path))
        source, run = path, connection.execute
    elif request.param == "postgres":
        source = request.getfixturevalue("postgres_server")
        connection = psycopg.connect(source, autocommit=True)
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        run = connection.execute
    else:
        socket = request.getfixturevalue("mariadb_server")
        connection = pymysql.connect(unix_socket=socket, user="root", autocommit=True)
        run = connection.cursor().execute
        for statement in ("DROP DATABASE IF EXISTS audited", "CREATE DATABASE audited", "USE audited"):
            run(statement)
        source = f"mysql://root@localhost/audited?unix_socket={socket}"
    run("CREATE TABLE tenants(id INTEGER PRIMARY KEY)")
    run("CREATE TABLE orders(id INTEGER, closed_at DATE, tenant_id INTEGER)")
    run("CREATE TABLE order_lines(id INTEGER, slow_id INTEGER, tenant_id INTEGER)")
    run("INSERT INTO tenants VALUES (1)")
    run("INSERT INTO orders VALUES (1, '2010-01-01', 1), (2, '2026-11-01', NULL)")
    run(f"CREATE VIEW slow AS {ENDLESS[request.param]}")
    if request.param == "sqlite":
        connection.commit()
    connection.close()
    return source


def test_a_statement_without_end_is_cut_off_for_its_table_and_the_others_go_on(endless):
    checks = ("retention-overdue", "tenancy-missing-key")
    policy, limit = auditkit.Policy.parse(OVERDUE), timedelta(seconds=4)
    found = audit(endless, policy, checks=checks, as_of="2026-11-22", budget=limit)
    outcomes = {(o.check, o.table): o for o in found.outcomes}
    slow = {o.cause for o in found.not_assessed if o.table in ("slow", "order_lines")}
    assert slow == {Cause.BUDGET}
    assert {o.cause for o in found.not_assessed} <= {Cause.BUDGET, Cause.NOT_APPLICABLE, Cause.UNDECLARED}
    for place in (
        ("retention-overdue", "slow"),
        ("retention-overdue", "order_lines"),
        ("tenancy-missing-key", "slow"),
    ):
        assert outcomes[place].verdict == "not_assessed"
    assert outcomes["retention-overdue", "orders"].rows == 1
    assert outcomes["tenancy-missing-key", "orders"].rows == 1


def test_what_a_statement_may_take_is_as_it_was_after_the_audit():
    with datasets.open(TABLES, timeout=77) as dataset:
        audit(dataset, POLICY, budget=timedelta(days=1))
        assert {engine.statement_limit.seconds for engine in dataset._engines} == {77}
        dataset.limit_statements(None)
        assert {engine.statement_limit.left() for engine in dataset._engines} == {600}


def test_enough_time_changes_nothing():
    bounded = audit(TABLES, POLICY, as_of="2026-11-22", budget=timedelta(days=1))
    assert bounded.to_dict()["outcomes"] == audit(TABLES, POLICY, as_of="2026-11-22").to_dict()["outcomes"]


def test_a_report_takes_its_budget_from_the_environment_too(tmp_path, monkeypatch):
    cut = report(TABLES, POLICY, tmp_path, budget=timedelta(0)).audit
    assert Cause.BUDGET in {o.cause for o in cut.not_assessed}
    monkeypatch.setenv("AUDITKIT_BUDGET", "soon")
    with pytest.raises(ValueError, match="such as 90s"):
        report(TABLES, POLICY, tmp_path)
    monkeypatch.setenv("AUDITKIT_BUDGET", "1h")
    assert report(TABLES, POLICY, tmp_path).audit.findings


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), ("1h30m", 5400), ("1d", 86400)]
)
def test_a_budget_is_read_as_it_is_written(text, seconds):
    length = budget.parse(text)
    assert length == timedelta(seconds=seconds)
    assert budget.parse(budget.text(length)) == length


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "0s", "1.5h", "10 m", "10min", "5m3", "P1D"])
def test_a_text_that_is_not_a_time_is_refused(text):
    with pytest.raises(ValueError, match="such as 90s, 10m, 2h or 1h30m"):
        budget.parse(text)


def test_a_file_that_cannot_be_opened_in_time_is_not_seen(tmp_path):
    for name in ("users", "orders"):
        (tmp_path / f"{name}.csv").write_text("id\n1\n", encoding="utf-8")
    with datasets.open(tmp_path, timeout=lambda: 0.0) as late:
        causes = {name: relation.missing.cause for name, relation in late.relations.items()}
        assert causes == {"users": Cause.BUDGET, "orders": Cause.BUDGET}
    with datasets.open(tmp_path / "users.csv", timeout=lambda: 0.0) as late:
        found = audit(late, checks=["pii-undeclared"])
        assert [o.cause for o in found.not_assessed] == ["budget"]
    with datasets.open(tmp_path, timeout=lambda: 60.0) as opened:
        assert set(opened.tables) == {"users", "orders"}


def test_counting_takes_a_part_of_the_budget_and_says_what_it_did_not_reach():
    with auditkit.open(TABLES) as dataset:
        assert size_of(dataset, None) == "data: 3 tables, 14 rows"
        assert size_of(dataset, Budget(timedelta(hours=1))) == "data: 3 tables, 14 rows"
        late = size_of(dataset, Budget(timedelta(0)))
        assert late == "data: 3 tables, 0 rows in 0 of them; 3 not counted in time"
        assert dataset.fetch(dataset.tables["users"].count().as_table()), "the limit is gone after that"


def test_a_budget_that_has_begun_goes_on():
    begun = Budget(timedelta(minutes=1))
    assert Budget.of(begun) is begun
    assert begun.share(0.1).left() <= 6

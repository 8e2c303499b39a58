"""A suite counts what the audit counts on every day; a check that cannot be compiled says why."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import date, datetime, timedelta

import ibis
import pandas as pd
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite as dialect

import auditkit
from auditkit.catalogue import catalogue as checks
from auditkit.check import Offending
from auditkit.examine import Examination, Question, ask
from auditkit.expectations import compile, write
from auditkit.expectations.query import DAYS, NO_BOUNDARY, NotCompilable, sql_of
from auditkit.expectations.suite import escaped, file_name
from auditkit.options import RunOptions

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("source", ["sqlite", "postgres"], indirect=True)
QUICK = ["retention", "tenancy", "reidentification"]  # need no search of the cells
MONTH_ENDS = "2024-02-28 2024-02-29 2024-03-01 2024-03-30 2024-03-31 2024-04-01 2025-01-01".split()


def compiled(where, policy, **options):
    with auditkit.open(where) as dataset:
        return compile(dataset, policy, **options)


@BOTH
def test_a_moving_suite_counts_what_the_audit_counts_on_every_day(scenario, source):
    where = source(scenario.tables(), scenario.KEYS)
    suites = compiled(where, scenario.policy(), scanners=["retention"])
    for day in map(date.fromisoformat, MONTH_ENDS):
        expected = scenario.counts(
            auditkit.audit(where, scenario.policy(), as_of=day, scanners=["retention"], strict=True)
        )
        found = scenario.counted(where, suites, day)
        assert found == {key: expected[key] for key in found}
        assert len(found) >= 10
    clocks = {clock for s in suites for e in s.expectations for clock in e["meta"]["clock"]}
    assert clocks >= {
        "P1M before today",
        "P1Y before today, from end_of_year",
        "P2M and P3D before today",
        "today",
    }


def test_a_suite_that_was_compiled_once_is_right_today(scenario, tmp_path):
    path = tmp_path / "a.sqlite"
    now = datetime.now()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE tickets(id INTEGER, tenant_id INTEGER, user_id INTEGER, closed_at TIMESTAMP)"
        )
        connection.executemany(
            "INSERT INTO tickets VALUES (1, 1, 1, ?)",
            [[str(now - timedelta(days=n))] for n in (0, 10, 40, 400)],
        )
    rule = auditkit.Policy.parse(
        "{version: 1, name: D, tables: {tickets: {retention: {start: closed_at, max: P20D, basis: b}}}}"
    )
    found = scenario.counted(path, compiled(path, rule, checks=["retention-overdue"]))
    assert list(found.values()) == [2]


def test_the_time_zone_of_a_session_changes_nothing(scenario, postgres_server):
    rows = [{"id": n, "at": datetime(2024, 2, 28, 20) + timedelta(hours=n)} for n in range(48)]
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "SET TimeZone = 'UTC'; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE visits(id"
            " int, at timestamptz)"
        )
        owner.cursor().executemany("INSERT INTO visits VALUES (%(id)s, %(at)s)", rows)
    rule = auditkit.Policy.parse(
        "{version: 1, name: D, tables: {visits: {retention: {start: at, max: P1M, basis: b}}}}"
    )
    suites = compiled(postgres_server, rule, as_of=scenario.AS_OF, checks=["retention-overdue"])
    expected = scenario.counts(
        auditkit.audit(postgres_server, rule, as_of=scenario.AS_OF, checks=["retention-overdue"])
    )
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        assert scenario.counted(f"{postgres_server}&options=-c%20TimeZone%3D{zone}", suites) == expected
    assert 0 < next(iter(expected.values())) < 48


def test_checks_that_cannot_be_compiled_are_listed_with_the_reason(scenario, tmp_path):
    suites = compiled(
        {name: pd.DataFrame(rows) for name, rows in scenario.tables().items()},
        scenario.policy(),
        scanners=["tenancy", "pii"],
    )
    reasons = {n["check"]: n["reason"] for s in suites for n in s.not_compiled}
    assert not any(s.expectations for s in suites)
    assert "duckdb" in reasons["tenancy-missing-key"]
    assert "search of the cells" in reasons["pii-undeclared"]
    (path,) = write(suites, tmp_path)
    assert path.name == "duckdb.not_compiled.json"
    assert len(json.loads(path.read_text())) == sum(len(s.not_compiled) for s in suites)


@BOTH
def test_there_is_no_expectation_where_the_tenant_is_not_a_boundary(scenario, source):
    rng = random.Random(7)
    data = scenario.tables()
    data["tickets"] = [
        {**data["tickets"][0], "id": n, "tenant_id": rng.choice([1, 2]), "user_id": rng.choice([1, 2])}
        for n in range(400)
    ]
    suites = compiled(source(data, scenario.KEYS), scenario.policy(), checks=["tenancy-cross-reference"])
    assert [n["reason"] for s in suites for n in s.not_compiled if n["columns"] == ["user_id"]] == [
        NO_BOUNDARY
    ]
    assert not any(e["meta"]["columns"] == ["user_id"] for s in suites for e in s.expectations)


def test_a_name_that_is_a_value_is_in_no_file(tmp_path):
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "jane.roe@example.org"(id INTEGER, tenant_id INTEGER)')
        connection.execute('CREATE TABLE votes(id INTEGER, tenant_id INTEGER, "ben@example.org" INTEGER)')
        connection.execute("CREATE TABLE tenants(id INTEGER PRIMARY KEY)")
    rule = auditkit.Policy.parse("{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}}")
    suites = compiled(path, rule)
    files = "".join(p.name + p.read_text() for p in write(suites, tmp_path / "out"))
    assert "example.org" not in files
    assert any("itself a value" in n["reason"] for s in suites for n in s.not_compiled)


def test_several_databases_are_refused(scenario, tmp_path):
    for name in "ab":
        with sqlite3.connect(tmp_path / name) as connection:
            connection.execute("CREATE TABLE t(id INTEGER)")
    rule = auditkit.Policy.parse("{version: 1, name: D}")
    with pytest.raises(ValueError, match="one connection"):
        compiled([f"a={tmp_path / 'a'}", f"b={tmp_path / 'b'}"], rule, scanners=["tenancy"])


@BOTH
def test_a_column_that_only_a_window_reads_stays_in_the_query(scenario, source):
    where = source({"t": [{"id": n, "tenant_id": n % 2, "at": n, "note": "x"} for n in range(6)]})
    with auditkit.open(where) as dataset:
        rows = dataset.tables["t"].select("tenant_id", "at", "note").mutate(one=ibis.literal(1))
        by_tenant = ibis.window(group_by=rows.tenant_id, order_by=rows["at"])
        late = rows.mutate(n=ibis.row_number().over(by_tenant)).filter(lambda r: r.n > 0)
        question = Question(checks()["retention-overdue"], {"table": "t"}, Offending(late), None, False)
        query, _ = sql_of(dataset, [question], DAYS[:1])
    assert "note" not in query
    with (
        psycopg.connect(where) if str(where).startswith("postgres") else sqlite3.connect(where)
    ) as connection:
        assert len(connection.execute(query).fetchall()) == 4


def asked(where, make):
    """Return the questions of a check for each of the days that a suite is compiled for."""
    with auditkit.open(where) as dataset:
        rows = dataset.tables["t"]
        check = checks()["retention-overdue"]
        questions = [Question(check, {"table": "t"}, Offending(make(rows, day)), None, False) for day in DAYS]
        return sql_of(dataset, questions, DAYS)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda t, day: t.at <= datetime(day.year, day.month, 1), "neither a period of its rule"),
        (lambda t, day: t.n > day.year, "in a way that SQL cannot express"),
        (
            lambda t, day: (t.at <= datetime(2027, 3, 1)) | (t.at <= datetime(day.year, day.month, day.day)),
            "another clock on every day",
        ),
        (lambda t, day: t.name.re_search("a+b"), "does not have itself"),
    ],
)
def test_a_clock_or_a_function_that_sql_cannot_express_is_not_compiled(scenario, tmp_path, make, reason):
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t(at TIMESTAMP, n INTEGER, name TEXT)")
    with pytest.raises(NotCompilable, match=reason):
        asked(path, make)
    query, moments = asked(
        path, lambda t, day: t.at > datetime.combine(day, datetime.min.time()) + timedelta(days=1)
    )
    assert "DATETIME('now', 'start of day', '+86400 seconds')" in query
    assert list(map(str, moments)) == ["today + 1 day, 0:00:00"]


def test_what_does_not_depend_on_the_day_is_computed_once(tmp_path, scenario):
    with auditkit.open(scenario.sqlite(tmp_path)) as dataset:
        first = Examination(dataset, scenario.policy(), RunOptions(DAYS[0]))
        assert first.facts.get("structure", {})
        other = first.on_another_day(DAYS[1])
        questions, again = (
            [q for q in ask(run, [checks()["retention-overdue"]]) if isinstance(q, Question)]
            for run in (first, other)
        )
    assert first.facts.get("structure", {}) is other.facts.get("structure", {})
    assert [q.locus for q in questions] == [q.locus for q in again]
    assert not any(q.answer.result.equals(r.answer.result) for q, r in zip(questions, again, strict=True))


@given(st.text(alphabet=st.sampled_from("a1 :{}%\\'\"/*;$é_\n?"), max_size=30))
def test_a_query_is_sent_as_it_was_written(query):
    assert (
        str(text(escaped(query).format(batch="t")).compile(dialect=dialect.dialect())) == f"{query} /* t */"
    )


@given(st.lists(st.text(max_size=12), unique=True, max_size=8))
def test_file_names_are_safe_and_differ(names):
    files = [file_name(n) for n in names]
    assert len({f.lower() for f in files}) == len(names)
    assert all(f.isascii() and not f.startswith(".") and not set(f) & set('/\\:*?"<>| ') for f in files)


def test_the_same_input_gives_the_same_bytes_and_old_suites_go(scenario, source_path, tmp_path):
    first, suites = (compiled(source_path, scenario.policy(), scanners=QUICK) for _ in range(2))
    contents = [{p.name: p.read_bytes() for p in write(made, tmp_path / "a")} for made in (first, suites)]
    assert contents[0] == contents[1]
    assert scenario.CANARY.encode() not in b"".join(contents[0].values())
    (tmp_path / "a" / "sqlite" / "mine.json").write_text("{}")
    write([suite for suite in suites if suite.table != "users"], tmp_path / "a")
    left = {p.name for p in (tmp_path / "a" / "sqlite").iterdir()}
    assert "mine.json" in left
    assert "users.json" not in left


@pytest.fixture
def source_path(scenario, tmp_path):
    return scenario.sqlite(tmp_path)

import sqlite3
import time

import duckdb
import ibis
import pandas as pd
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n"
)


@pytest.fixture(params=["sqlite", "duckdb", "backend", "postgres"])
def slow(request, tmp_path, monkeypatch):
    """Return a source with a table of 50,000 rows and a view that takes minutes."""
    if request.param == "postgres":
        import psycopg

        monkeypatch.setenv("AUDITKIT_VIEW_FUNCTIONS", "pg_catalog.pg_sleep")
        url = request.getfixturevalue("postgres_server")
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            raw.execute("CREATE TABLE t AS SELECT n AS i FROM generate_series(1, 50000) n")
            raw.execute("CREATE VIEW slow AS SELECT i, pg_sleep(0.1)::text AS x FROM t")
        return url
    path = tmp_path / "a.db"
    if request.param == "sqlite":
        with sqlite3.connect(path) as raw:
            raw.execute("CREATE TABLE t(i INT)")
            raw.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(50_000)])
            raw.execute(f"CREATE VIEW slow AS {ENDLESS} WHERE i % 1000003 = 0")
        return path
    raw = duckdb.connect(str(path))
    raw.execute("CREATE TABLE t AS SELECT range AS i FROM range(50000)")
    raw.execute("CREATE VIEW slow AS SELECT a.i FROM t a, t b, t c WHERE sqrt(a.i * b.i + c.i) < -1")
    if request.param == "backend":
        return ibis.duckdb.from_connection(raw)
    raw.close()
    return path


def test_a_query_cut_off_is_over_budget_and_the_source_goes_on(slow):
    with dataset.open(slow, timeout=0.3) as opened:
        quick, long = opened.tables["t"], opened.tables["slow"]
        stream = opened.batches("t")
        seen = next(stream).num_rows
        for attempt in (
            lambda: opened.fetch(long.aggregate(n=long.count(), last=long[long.columns[-1]].max())),
            lambda: list(opened.batches("slow")),
            lambda: list(opened.stream(long)),
            lambda: list(opened.batches("slow", sample=3)),
        ):
            with pytest.raises(SourceError) as caught:
                attempt()
            assert caught.value.code == "budget"
            assert opened.fetch(quick.aggregate(n=quick.count())) == [{"n": 50_000}]
        assert seen + sum(batch.num_rows for batch in stream) == 50_000


def test_a_slow_reader_is_not_cut_off(slow):
    with dataset.open(slow, timeout=0.3) as opened:
        stream = opened.batches("t")
        seen = next(stream).num_rows
        time.sleep(0.5)
        assert seen + sum(batch.num_rows for batch in stream) == 50_000


def test_what_is_left_is_asked_when_a_statement_begins():
    left = [5.0]
    with dataset.open({"t": pd.DataFrame({"a": [1]})}, timeout=lambda: left[0]) as opened:
        table = opened.tables["t"]
        assert opened.fetch(table) == [{"a": 1}]
        left[0] = 0.0
        for attempt in (
            lambda: opened.fetch(table),
            lambda: list(opened.batches("t")),
            lambda: list(opened.stream(table)),
        ):
            with pytest.raises(SourceError) as caught:
                attempt()
            assert caught.value.code == "budget"
        opened.limit_statements(None)
        assert opened.fetch(table) == [{"a": 1}]


def test_a_stream_registers_no_frame_but_its_own():
    with dataset.open({f"t{n}": pd.DataFrame({"a": [n], "b": ["x"]}) for n in range(40)}) as opened:
        (engine,) = opened._engines
        seen = (
            engine._cursor({"t3"})
            .execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal")
            .fetchall()
        )
        assert seen == [("t3",)]
        assert [next(opened.batches(name)).to_pydict()["a"] for name in opened.tables] == [
            [str(n)] for n in range(40)
        ]
        joined = opened.tables["t0"].join(opened.tables["t39"], "b")
        assert opened.fetch(joined.aggregate(n=joined.count())) == [{"n": 1}]
        assert list(opened.stream(joined.select("a"))) == [[("0",)]]

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from datetime import date, datetime, timedelta

import duckdb
import ibis
import pyarrow as pa
import pytest

import auditkit
import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.cells import uncastable
from auditkit.dataset.engines.spark import small
from auditkit.outcome import Cause

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'privacy-auditkit[spark]'")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17, and none is installed", allow_module_level=True)

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

pytestmark = pytest.mark.slow

EXOTIC = """
    SELECT 1 AS n, unhex('ff') AS raw, encode('café', 'utf-8') AS word,
    named_struct('x', 1, 'y', CAST(NULL AS STRING)) AS st, array('p', NULL) AS li,
    map('k', TIMESTAMP_NTZ '2024-01-01 10:00:00') AS m, array(INTERVAL 1 YEAR) AS spans,
    INTERVAL 3 DAY AS span, INTERVAL '1 02:03:04' DAY TO SECOND AS long_span, make_interval(1, 2) AS old_span,
    NULL AS nothing, CAST('nan' AS DOUBLE) AS nan, CAST(NULL AS DOUBLE) AS no_number,
    TIMESTAMP_NTZ '2024-01-02 03:04:05.5' AS wall, TIMESTAMP '2024-01-02 03:04:05' AS moment,
    CAST(4111111111111111 AS DOUBLE) AS card, CAST(0.1 AS FLOAT) AS small,
    CAST(0.0000001 AS DECIMAL(10, 7)) AS price, DATE '2024-01-01' AS day, true AS flag,
    1 AS `jane.roe@example.org`, 2 AS n, 3 AS `a.b`, 4 AS `c``d`, 5 AS ``,
    CAST(unhex('6361ff') AS STRING) AS torn, '' AS blank"""
SETTINGS = (
    "spark.sql.session.timeZone",
    "spark.sql.ansi.enabled",
    "spark.sql.mapKeyDedupPolicy",
    "spark.sql.adaptive.enabled",
)


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Return a function that gives the session, started again where a test has stopped it."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    config = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.default.parallelism": "2",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": "false",  # small queries take longer to compile than to run
        "spark.sql.session.timeZone": "Europe/Zurich",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    builder = SparkSession.builder.master("local[2]").config(map=config)
    yield builder.getOrCreate
    builder.getOrCreate().stop()


@pytest.fixture
def spark(started):
    return started()


@pytest.fixture
def stays(monkeypatch):
    """Leave every source on Spark, as if it were large."""
    monkeypatch.setattr(small, "BYTES", -1)


@pytest.fixture(params=["small", "large"])
def size(request):
    """Run a test on a source that is copied, and on one that stays on Spark."""
    if request.param == "large":
        request.getfixturevalue("stays")
    return request.param


def jobs(spark):
    return spark.sparkContext._jsc.sc().statusStore().jobsList(None).size()


def people(n: int = 120) -> list[dict]:
    given = ["Zoë", "Ana", "Jürgen", "Søren", "李雷", "Мария", "Chloé"]
    return [
        {
            "id": i,
            "name": f"{given[i % 7]} Müller",
            "email": None if i % 11 == 0 else f"user{i}@example.org",
            "phone": f"+41 79 555 {i // 100:02d} {i % 100:02d}",
            "card": [4111111111111111.0, 5500005555555559.0, None][i % 3],
            "note": (
                f"Please write to user{i}@example.org or call, it is about order {i}"
                if i % 4 == 0
                else "nothing to add"
            ),
            "address": {"street": f"Bahnhofstrasse {i}", "mail": f"user{i}@example.org"},
            "tags": [f"10.0.0.{i}", None] if i % 2 else None,
            "seen": datetime(2024, 1, 1) + timedelta(hours=i),
            "nothing": None,
        }
        for i in range(n)
    ]


SCHEMA = (
    "id int, name string, email string, phone string, card double, note string, address struct<street:"
    " string, mail: string>, tags array<string>, seen timestamp_ntz, nothing string"
)


def frame(spark, rows, schema):
    return spark.createDataFrame([tuple(row.values()) for row in rows], schema)


def local(rows):
    return (
        pa.Table.from_pylist(rows).set_column(9, "nothing", pa.nulls(len(rows), pa.string()))
        if "nothing" in rows[0]
        else rows
    )


def views(spark):
    return [table.name for table in spark.catalog.listTables()]


def test_every_type_comes_as_text(spark, size):
    with dataset.open(spark.sql(EXOTIC)) as opened:
        assert opened.dialect == {"small": "duckdb", "large": "spark"}[size]
        (batch,) = opened.batches("data")
        (row,) = batch.to_pylist()
        assert row == {
            "n": "1", "raw": None, "word": "café", "st": '{"x":1,"y":null}', "li": '["p",null]',
            "m": '{"k":"2024-01-01 10:00:00"}', "spans": '["INTERVAL \'1\' YEAR"]',
            "span": "INTERVAL '3' DAY", "long_span": "INTERVAL '1 02:03:04' DAY TO SECOND",
            "old_span": "1 years 2 months", "nothing": None, "nan": "nan", "no_number": None,
            "wall": "2024-01-02 03:04:05.5", "moment": "2024-01-02 02:04:05", "card": "4111111111111111.0",
            "small": "0.1", "price": "0.0000001", "day": "2024-01-01", "flag": "true", "column 21": "1",
            "n_1": "2", "a.b": "3", "c`d": "4", "column 25": "5", "torn": "ca\ufffd", "blank": "",
        }  # fmt: skip
        assert uncastable(batch) == {"raw": 1}
        assert opened.relations["data"].value_names == {"column 21": "EMAIL_ADDRESS"}
        table = opened.tables["data"]
        row = {
            "n": 1,
            "wall": "2024-01-02 03:04:05.5",
            "moment": "2024-01-02 02:04:05",
            "flag": True,
            "price": 1e-07,
            "nothing": None,
            "long_span": "INTERVAL '1 02:03:04' DAY TO SECOND",
            "c`d": 4,
        }
        assert opened.fetch(table.select(*row)) == [row]
        assert list(opened.stream(table.select("n", "torn", "nothing"))) == [[("1", "ca\ufffd", None)]]
        assert opened.fetch(
            table.aggregate(n=table.count(where=table.li.cast("string").re_search("^[[<]p.*[])]$")))
        ) == [{"n": 1}]
        assert re.search('FROM [`"]data[`"]', opened.sql(table))
        assert "example.org" not in opened.sql(table)
        assert next(opened.batches("data", columns=["flag", "n"])).to_pylist() == [{"flag": "true", "n": "1"}]


@pytest.mark.usefixtures("stays")
def test_the_profile_is_that_of_duckdb_whatever_the_partitions(spark):
    rows = people()
    expected = auditkit.profile(local(rows))
    assert {(c.column, c.entity) for c in expected.columns} >= {
        ("email", "EMAIL_ADDRESS"),
        ("phone", "PHONE_NUMBER"),
    }
    assert {c.column: c.contains for c in expected.columns}["note"]["EMAIL_ADDRESS"] == 30
    whole = frame(spark, rows, SCHEMA).coalesce(1)
    for parts in (whole, whole.repartition(7, F.col("id") % 3)):  # the last has empty partitions
        profile = auditkit.profile(parts)
        assert profile.failed == {}
        assert profile.columns == expected.columns
        assert profile.states == expected.states


def test_a_source_above_the_bound_stays_on_spark(spark, monkeypatch):
    def dialect(source):
        with dataset.open(source) as opened:
            return opened.dialect

    before = jobs(spark)
    assert dialect(spark.range(10**8)) == "spark"
    assert dialect(spark.range(5).join(spark.range(10**8), "id")) == "spark"
    assert jobs(spark) == before
    monkeypatch.setattr(small, "ROWS", 50)
    monkeypatch.setattr(small, "_FIRST_UNKNOWN", 20)
    ids = [(i,) for i in range(60)]
    fewer, more = (spark.createDataFrame(ids[:n], "id int") for n in (45, 60))
    assert [dialect(fewer), dialect(more), dialect({"a": fewer, "b": fewer})] == ["duckdb", "spark", "spark"]
    tenfold = spark.range(5).selectExpr("explode(sequence(1, 10)) AS id")
    assert [dialect(tenfold), dialect(tenfold.union(tenfold))] == ["duckdb", "spark"]
    monkeypatch.setattr(small, "BYTES", 1000)
    assert dialect(spark.createDataFrame([(1, "x" * 900)], "id int, note string")) == "duckdb"
    assert dialect(spark.createDataFrame([(1, "x" * 1010)], "id int, note string")) == "spark"
    assert dialect({"a": spark.range(3), "b": pa.table({"id": [1]})}) == "mixed"
    with dataset.open(fewer) as opened:
        assert [row["id"] for batch in opened.batches("data") for row in batch.to_pylist()] == [
            str(i) for (i,) in ids[:45]
        ]


def test_a_small_relation_that_is_gone_does_not_stop_the_others(spark, tmp_path):
    spark.range(1).write.parquet(str(tmp_path / "gone"))
    gone = spark.read.parquet(str(tmp_path / "gone"))
    shutil.rmtree(tmp_path / "gone")
    with dataset.open({"gone": gone, "there": spark.range(2)}) as opened:
        assert opened.relations["gone"].missing.cause is Cause.UNSEEN
        assert opened.fetch(opened.tables["there"].count().as_table())[0].popitem()[1] == 2


def test_days_moments_and_nested_cells_are_those_of_duckdb(spark):
    cells = """
        DATE '1500-02-28' AS day, TIMESTAMP '1500-02-28 01:02:03 UTC' AS moment,
        named_struct('at', array(TIMESTAMP '2024-01-02 03:04:05 UTC'), 'n', 1.5D) AS st,
        map('k', DATE '2024-01-02') AS m, CAST('x' AS CHAR(1)) AS fixed, 12345678901234567890.12BD AS price"""
    (same_cells,) = duckdb.sql("""
        SELECT DATE '1500-02-28' AS day, TIMESTAMP '1500-02-28 01:02:03' AS moment,
        {'at': [TIMESTAMP '2024-01-02 03:04:05'], 'n': 1.5::DOUBLE} AS st,
        MAP {'k': DATE '2024-01-02'} AS m, 'x' AS fixed, 12345678901234567890.12::DECIMAL(22, 2) AS price
    """).to_arrow_table().to_batches()  # fmt: skip
    read = []
    for source in (spark.sql(f"SELECT {cells}"), pa.Table.from_batches([same_cells])):
        with dataset.open(source) as opened:
            read.append((dict(opened.tables["data"].schema()), next(opened.batches("data")).to_pylist()))
    assert read[0][1] == read[1][1]
    assert {c: str(kind).lstrip("!") for c, kind in read[0][0].items()} == {
        c: str(kind).lstrip("!") for c, kind in read[1][0].items()
    }


def test_a_frame_without_rows_and_one_without_columns(spark):
    tables = {"none": frame(spark, [], "id int, email string"), "bare": spark.range(3).select()}
    with dataset.open(tables) as opened:
        assert opened.relations["bare"].missing.cause is Cause.NOT_APPLICABLE
        profile = auditkit.profile(opened)
        assert [(c.column, c.rows) for c in profile.columns] == [("id", 0), ("email", 0)]
        assert set(profile.failed) == {"bare"}


@pytest.mark.usefixtures("stays")
def test_a_sample_is_seeded_and_the_one_that_is_drawn_elsewhere(spark):
    def drawn(source, **more):
        with dataset.open(source) as opened:
            return [row["id"] for batch in opened.batches("data", **more) for row in batch.to_pylist()]

    ids = spark.range(0, 5000, numPartitions=3)
    expected = drawn(pa.table({"id": range(5000)}), sample=300, seed=7)
    assert drawn(ids, sample=300, seed=7) == expected
    assert max(map(int, expected)) > 4900
    assert drawn(ids, sample=0) == []
    assert auditkit.profile(ids, sample=300).columns[0].rows == 300
    joined = ids.join(
        spark.range(0, 5000, numPartitions=2).withColumnRenamed("id", "other"), F.col("id") == F.col("other")
    )
    assert len(set(drawn(joined, sample=300))) == 300


RETENTION = """
version: 1
name: Shop
tables:
  orders:
    subject: {type: customer, key: customer}
    retention: {start: closed_at, max: P3Y, grace: P30D, hold: legal_hold, open: "status <> 'closed'",
      basis: warranty}
  letters: {retention: {start: sent, max: P1Y, basis: answer}}
  visits: {retention: {start: at, max: P1Y, basis: statistics}}
"""


def same(audits):
    """Return the outcomes of two audits, which differ in nothing but their SQL."""
    outcomes = [[{**vars(outcome), "sql": None} for outcome in audit.outcomes] for audit in audits]
    assert outcomes[0] == outcomes[1]
    return audits[0].findings


@pytest.mark.usefixtures("stays")
def test_rows_past_their_period_are_those_that_duckdb_finds(spark):
    closed = [
        datetime(2025, 5, 1),
        datetime(2022, 12, 3),
        None,
        datetime(2015, 1, 1),
        datetime(2022, 12, 2),
        datetime(2019, 1, 1),
    ]
    orders = [
        {
            "id": i,
            "customer": i % 2,
            "status": "open" if i == 2 else "closed",
            "legal_hold": i == 3,
            "closed_at": at,
        }
        for i, at in enumerate(closed)
    ]
    letters = [
        {"id": i, "sent": at}
        for i, at in enumerate(["2025-12-01T10:00:00+02:00", "2020-01-01", "12345", "1st of May", "", None])
    ]
    visits = [
        {"id": i, "at": float(at)}
        for i, at in enumerate([1_767_000_000, 1_500_000_000, 1_500_000_000_000, "nan"])
    ]
    sparks = {
        "orders": (
            frame(
                spark,
                orders,
                "id int, customer int, status string, legal_hold boolean, closed_at timestamp_ntz",
            ).repartition(3)
        ),
        "letters": frame(spark, letters, "id int, sent string"),
        "visits": frame(spark, visits, "id int, at double"),
    }
    tables = {
        "orders": orders,
        "letters": letters,
        "visits": [{**row, "at": row["at"] if row["at"] > 0 else None} for row in visits],
    }
    frames = {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}
    checks = ["retention-overdue", "retention-sentinel-clock"]
    policy = auditkit.Policy.parse(RETENTION)
    found = same(
        [
            auditkit.audit(source, policy, checks=checks, as_of="2026-01-01", strict=True)
            for source in (sparks, frames)
        ]
    )
    counts = {(f.check, f.table): f.rows for f in found}
    assert counts == {
        ("retention-overdue", "orders"): 2, ("retention-overdue", "letters"): 1,
        ("retention-overdue", "visits"): 2, ("retention-sentinel-clock", "letters"): 2,
    }  # fmt: skip


@pytest.mark.usefixtures("stays")
def test_shares_of_all_rows_are_those_that_duckdb_finds(spark):
    def born(n):
        return (
            date(2020, 1, 1)
            if n < 30
            else date(2015, 5, n % 28)
            if n >= 215
            else date(1950 + n % 50, 1 + n % 12, 1 + n % 28)
        )

    def touched(n):
        return (
            datetime(2025, 11, 3, 4, 0, 7)
            if n < 40
            else datetime(2024, 1, 1, 9) + timedelta(hours=5 * n, seconds=n)
        )

    rows = [{"id": n, "birth_date": born(n), "updated_at": touched(n)} for n in range(220)]
    policy = (
        "{version: 1, name: Club, tables: {members: {retention: {start: updated_at, max: P3Y, basis:"
        " contract}}}}"
    )
    checks = ["pii-child", "retention-unreliable-clock"]
    both = (
        frame(spark, rows, "id int, birth_date date, updated_at timestamp_ntz"),
        pa.Table.from_pylist(rows),
    )
    audits = [
        auditkit.audit(
            {"members": m}, auditkit.Policy.parse(policy), checks=checks, as_of="2026-01-01", strict=True
        )
        for m in both
    ]
    assert {(f.check, f.rows) for f in same(audits)} == {("pii-child", 5), ("retention-unreliable-clock", 40)}


def test_rows_of_another_tenant_are_those_that_duckdb_finds(spark, size):
    tenants = [{"id": t, "slug": f"company-{t:03d}"} for t in range(1, 6)]
    projects = [{"id": 100 * t + n, "tenant_id": t} for t in range(1, 6) for n in range(4)]
    tasks = [
        {
            "id": i,
            "tenant_id": i % 5 + 1,
            "project_id": 100 * (i % 5 + 1) + i % 4,
            "text": "see company-004" if i == 1 else "fine",
        }
        for i in range(300)
    ]
    random.Random(1).shuffle(tasks)
    tasks += [{"id": 1000 + i, "tenant_id": 1, "project_id": 200 + i, "text": None} for i in range(3)]
    tasks += [{"id": 2000, "tenant_id": None, "project_id": 100, "text": None}]
    tables = {"tenants": tenants, "projects": projects, "tasks": tasks}
    schemas = [
        "id int, slug string",
        "id int, tenant_id int",
        "id int, tenant_id int, project_id int, text string",
    ]
    sparks = {
        name: frame(spark, rows, schema) for (name, rows), schema in zip(tables.items(), schemas, strict=True)
    }
    policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
    checks = ["tenancy-cross-reference", "tenancy-missing-key", "tenancy-embedded-identifier"]
    frames = {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}
    before = jobs(spark)
    found = same(
        [
            auditkit.audit(source, policy, checks=checks, as_of="2026-01-01", strict=True)
            for source in (sparks, frames)
        ]
    )
    assert (jobs(spark) - before <= 4 * len(tables)) == (size == "small")
    assert {(f.check, f.rows) for f in found} == {
        ("tenancy-cross-reference", 3), ("tenancy-missing-key", 1), ("tenancy-embedded-identifier", 1)
    }  # fmt: skip


def test_the_session_is_left_as_it_was(spark, size):
    def settings():
        return [spark.conf.get(key, None) for key in SETTINGS], views(spark)

    held = spark.range(100).selectExpr("id", "concat('user', id, '@example.org') AS mail").cache()
    held.count()
    before = settings()
    with dataset.open({"mails": held}) as opened:
        next(opened.batches("mails", sample=5))
        opened.fetch(opened.tables["mails"].count().as_table())
        assert settings()[0] == before[0]
        assert len(views(spark)) == len(before[1]) + (size == "large")
        with pytest.raises(SourceError):
            opened.fetch(opened.tables["mails"].select(n=ibis._.mail.cast("int64")))
    assert settings() == before
    assert spark.sparkContext.getLocalProperty("spark.job.tags") in (None, "")
    assert "InMemoryTableScan" in held._jdf.queryExecution().executedPlan().toString()
    assert spark.sparkContext._jsc.getPersistentRDDs().size() > 0
    held.unpersist()


def test_an_ibis_backend_lists_all_that_the_session_sees(spark, tmp_path):
    spark.sql("CREATE DATABASE archive")
    spark.range(3).write.saveAsTable("archive.old", path=str(tmp_path / "old"))
    spark.sql("CREATE TEMP VIEW recent AS SELECT 1 AS x, INTERVAL 1 YEAR AS y")
    spark.sql("CREATE TEMP VIEW again AS SELECT * FROM archive.old")
    spark.sql("CREATE GLOBAL TEMP VIEW everywhere AS SELECT 2 AS z")
    frame(spark, [{"a": 1}], "a int").createTempView("`jane@example.org`")
    spark.range(1).write.saveAsTable("archive.gone", path=str(tmp_path / "gone"))
    shutil.rmtree(tmp_path / "gone")
    try:
        backend = ibis.pyspark.connect(spark)
        with dataset.open(backend) as opened:
            kinds = {name: relation.kind for name, relation in opened.relations.items()}
            assert kinds == {
                "again": "view",
                "archive.gone": "table",
                "archive.old": "table",
            } | dict.fromkeys(["table 2", "recent", "global_temp.everywhere"], "frame")
            assert opened.fetch(opened.tables["archive.old"].count().as_table())[0].popitem()[1] == 3
            assert [row for batch in opened.batches("recent") for row in batch.to_pylist()] == [
                {"x": "1", "y": "INTERVAL '1' YEAR"}
            ]
            assert "example.org" not in opened.sql(opened.tables["table 2"])
            assert set(auditkit.profile(opened).failed) <= {"archive.gone"}
        with dataset.open(backend.table("old", database="archive")) as opened:
            assert opened.fetch(opened.tables["archive.old"].count().as_table())[0].popitem()[1] == 3
        spark.sql("CREATE TEMP VIEW plain AS SELECT 7 AS a")
        for source, name in ((backend.table("plain"), "plain"), (backend.table("plain").mutate(w=1), "data")):
            with dataset.open(source) as opened:
                assert next(opened.batches(name)).to_pylist()[0]["a"] == "7"
                assert next(opened.batches(name, sample=1)).num_rows == 1
    finally:
        spark.sql("DROP DATABASE archive CASCADE")
        for view in ("again", "recent", "plain", "`jane@example.org`"):
            spark.sql(f"DROP VIEW IF EXISTS {view}")
        spark.catalog.dropGlobalTempView("everywhere")
    assert views(spark) == []


@pytest.mark.usefixtures("stays")
def test_errors_say_no_value_and_how_to_go_on(spark, capfd):
    mails = frame(spark, [{"mail": "jane.roe@example.org"}], "mail string")
    with dataset.open(mails) as opened:
        table = opened.tables["data"]
        with pytest.raises(SourceError, match="CAST_INVALID_INPUT") as caught:
            opened.fetch(table.select(n=table.mail.cast("int64")))
        assert "jane" not in str(caught.value)
        assert caught.value.__suppress_context__
        printed = capfd.readouterr()
        assert printed.out == ""
        assert "QueryContextLogger" not in printed.err
        many = spark.range(10**12)
        with dataset.open(many) as long:
            long.limit_statements(0.3)
            with pytest.raises(SourceError) as caught:
                long.fetch(long.tables["data"].aggregate(n=ibis._.id.sum(where=ibis._.id % 7 == 3)))
            assert caught.value.code == Cause.BUDGET
            long.limit_statements(0)
            assert auditkit.profile(long).failed["data"].cause is Cause.BUDGET
    with pytest.raises(SourceError, match="streaming DataFrame has no end"):
        dataset.open(spark.readStream.format("rate").load())
    with pytest.raises(SourceError, match=r"start a session .* ibis.pyspark.connect"):
        dataset.open("spark://cluster:7077")


@pytest.mark.usefixtures("stays")
def test_what_fails_on_an_executor_is_told_without_its_text(spark):
    def broken(batches):
        raise ValueError("jane.roe@example.org")

    with (
        dataset.open(spark.range(3)) as opened,
        pytest.raises(SourceError, match="ValueError on an executor") as caught,
    ):
        list(opened.folded("data", broken))
    assert "jane" not in str(caught.value)


@pytest.mark.usefixtures("stays")
def test_a_session_that_has_ended_says_so(started):
    session = started()
    frame_of_it = session.range(3)
    opened = dataset.open(frame_of_it)
    session.stop()
    with pytest.raises(SourceError, match="session has ended"):
        opened.fetch(opened.tables["data"].count().as_table())
    assert auditkit.profile(opened).failed["data"].cause is Cause.UNSEEN
    opened.close()
    with pytest.raises(SourceError, match="session has ended"):
        dataset.open(frame_of_it)

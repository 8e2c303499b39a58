import hashlib
import subprocess
import sys

import duckdb
import ibis
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.cells import uncastable
from auditkit.outcome import Cause

EXOTIC = """
    CREATE TABLE exotic AS SELECT * FROM (VALUES
        (1, 'x'::ENUM('x', 'y'), 'caf\\xC3\\xA9'::BLOB, union_value(a := 1)::UNION(a INT, b VARCHAR),
         '101'::BIT, INTERVAL 3 DAY,
         '3f2504e0-4f89-11d3-9a0c-0305e82c3301'::UUID,
         170141183460469231731687303715884105727::HUGEINT, MAP {'k': 1}, {'x': 1, 'y': NULL},
         '{"a": 1}'::JSON,
         TIME '10:30:00', 'infinity'::TIMESTAMP, '-infinity'::DATE, ['p', NULL],
         1.10::DECIMAL(9, 2), 'nan'::DOUBLE, TIMESTAMPTZ '2024-01-01 12:00:00+02'),
        (2, NULL, '\\xFF\\xD8'::BLOB, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL)
    ) v(n, enum, blob, uni, bit, span, uid, huge, map, struct, json, clock, forever, ever, list, price, nan,
        zoned)"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "shop.duckdb"


def write(file, *statements):
    with duckdb.connect(str(file)) as raw:
        for statement in statements:
            raw.execute(statement)


def rows(opened, name, **options):
    return sum(batch.num_rows for batch in opened.batches(name, **options))


def test_every_type_comes_as_text(file):
    write(file, EXOTIC)
    with dataset.open(file) as opened:
        (batch,) = opened.batches("exotic")
        got = {name: cells[0] for name, cells in batch.to_pydict().items()}
        assert got == {
            "n": "1", "enum": "x", "blob": "café", "uni": "1", "bit": "101", "span": "3 days",
            "uid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "huge": "170141183460469231731687303715884105727", "map": '{"k":1}', "struct": '{"x":1,"y":null}',
            "json": '{"a": 1}', "clock": "10:30:00",
            "forever": "infinity", "ever": "-infinity", "list": '["p",null]',
            "price": "1.10", "nan": "nan", "zoned": "2024-01-01 10:00:00+00",
        }  # fmt: skip
        assert uncastable(batch) == {"blob": 1}
        assert batch.column("blob").to_pylist() == ["café", None]
        fetched = opened.fetch(opened.tables["exotic"].order_by("n"))[0]
        assert fetched["n"] == 1
        assert fetched["forever"] == "infinity"
        assert all(value is None or isinstance(value, int | float | str | bool) for value in fetched.values())


def test_another_query_does_not_end_a_stream(file):
    write(file, "CREATE TABLE t AS SELECT range AS n FROM range(65000)")
    with dataset.open(file) as opened:
        table = opened.tables["t"]
        first, second = opened.batches("t"), opened.batches("t")
        seen = next(first).num_rows
        assert opened.fetch(table.aggregate(n=table.count())) == [{"n": 65_000}]
        table.count().execute()
        assert sum(batch.num_rows for batch in second) == 65_000
        assert seen + sum(batch.num_rows for batch in first) == 65_000


def test_another_query_does_not_end_a_stream_over_a_frame():
    import pandas as pd

    with dataset.open(pd.DataFrame({"n": range(65_000)})) as opened:
        table = opened.tables["data"]
        stream = opened.batches("data")
        seen = next(stream).num_rows
        assert opened.fetch(table.aggregate(n=table.count())) == [{"n": 65_000}]
        assert seen + sum(batch.num_rows for batch in stream) == 65_000


def test_tables_of_all_schemas_and_views(file):
    write(
        file, "CREATE SCHEMA app", 'CREATE TABLE app."Users"("Id" INT, "E-Mail" VARCHAR)',
        "INSERT INTO app.\"Users\" VALUES (1, 'x')", 'CREATE VIEW recent AS SELECT * FROM app."Users"',
        'CREATE TABLE "a""b"(x INT)',
    )  # fmt: skip
    with dataset.open(file) as opened:
        assert {name: relation.kind for name, relation in opened.relations.items()} == {
            "app.Users": "table",
            'a"b': "table",
            "recent": "view",
        }
        assert opened.tables["app.Users"].columns == ("Id", "E-Mail")
        assert rows(opened, "app.Users") == rows(opened, "recent", sample=5) == 1
        joined = opened.tables["app.Users"].join(opened.tables["recent"], "Id")
        assert opened.fetch(joined.aggregate(n=joined.count())) == [{"n": 1}]


def test_keys_and_references(file):
    write(
        file, "CREATE TABLE tenants(id INT PRIMARY KEY, slug VARCHAR UNIQUE)",
        'CREATE TABLE users(tenant_id INT REFERENCES tenants(id), "Nr" INT, email VARCHAR,'
        ' PRIMARY KEY (tenant_id, "Nr"))',
        "CREATE TABLE t(a INT, u INT, FOREIGN KEY (a, u) REFERENCES users(tenant_id, \"Nr\"))",
        "CREATE UNIQUE INDEX one ON users(email)",
    )  # fmt: skip
    with dataset.open(file) as opened:
        assert {(k.table, k.columns, k.primary) for k in opened.keys()} == {
            ("tenants", ("id",), True), ("tenants", ("slug",), False), ("users", ("tenant_id", "Nr"), True),
            ("users", ("email",), False),
        }  # fmt: skip
        found = opened.foreign_keys()
        assert {(f.table, f.columns, f.parent, f.parent_columns, f.validated) for f in found} == {
            ("users", ("tenant_id",), "tenants", ("id",), True),
            ("t", ("a", "u"), "users", ("tenant_id", "Nr"), True),
        }  # fmt: skip


def settings(backend):
    names = "autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"
    return [backend.con.execute(f"SELECT current_setting('{name}')").fetchone()[0] for name in names]


def test_no_connection_downloads_extensions(file, tmp_path):
    import pandas as pd

    write(file, "CREATE TABLE t(a INT)")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    for source, name in ((file, "t"), (pd.DataFrame({"a": [1]}), "data"), (tmp_path / "x.csv", "x")):
        with dataset.open(source) as opened:
            backend = opened.tables[name].get_backend()
            assert settings(backend) == [False, False, False]
            with pytest.raises(duckdb.Error):
                backend.con.execute("SELECT * FROM read_xlsx('nothing.xlsx')")


def test_a_geometry_downloads_nothing(file):
    write(
        file,
        "CREATE TABLE places(id INT, spot GEOMETRY)",
        "INSERT INTO places VALUES (1, 'POINT (1 2)'::GEOMETRY)",
    )
    with dataset.open(file) as opened:
        assert next(opened.batches("places")).to_pydict() == {"id": ["1"], "spot": ["POINT (1 2)"]}


def test_the_file_is_not_changed_and_cannot_be(file, tmp_path):
    script = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); [c.execute(s).fetchall() for s in"
        " sys.argv[2:]]; os._exit(0)"
    )
    subprocess.run(
        [
            sys.executable,
            "-c",
            script,
            str(file),
            "CREATE TABLE t(a INT)",
            "CHECKPOINT",
            "INSERT INTO t VALUES (1)",
        ],
        check=True,
    )
    before = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in tmp_path.iterdir()}
    assert set(before) == {"shop.duckdb", "shop.duckdb.wal"}
    with dataset.open(file) as opened:
        assert rows(opened, "t") == rows(opened, "t", sample=3) == 1
        with pytest.raises(duckdb.Error):
            opened.tables["t"].get_backend().con.execute("INSERT INTO t VALUES (2)")
    assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in tmp_path.iterdir()} == before


def test_a_view_that_reads_other_files_is_unseen_by_name(tmp_path, monkeypatch):
    (tmp_path / "secret.csv").write_text("email\njane.roe@example.org\n")
    monkeypatch.chdir(tmp_path)
    readers = {
        "scan": "SELECT * FROM read_csv('secret.csv')",
        "bare": "SELECT * FROM 'secret.csv'",
        "hidden": "SELECT a, (SELECT min(content) FROM read_text('secret*')) AS c FROM t",
        "names": "SELECT * FROM glob('*')",
        "nested": "SELECT * FROM scan",
    }
    path = tmp_path / "views.duckdb"
    with duckdb.connect(str(path)) as raw:
        raw.execute("CREATE TABLE t AS SELECT range AS a FROM range(3)")
        raw.execute("CREATE VIEW own AS SELECT a + 1 AS b FROM t")
        for name, query in readers.items():
            raw.execute(f"CREATE VIEW {name} AS {query}")
    with dataset.open(path) as opened:
        assert set(opened.tables) == {"t", "own"}
        assert [batch.num_rows for name in opened.tables for batch in opened.batches(name)] == [3, 3]
        for name in readers:
            missing = opened.relations[name].missing
            assert missing.cause is Cause.UNSEEN and "other files" in missing.reason
            assert "secret" not in missing.reason


def test_a_file_that_is_open_for_writing_says_how_to_go_on(file):
    raw = duckdb.connect(str(file))
    raw.execute("CREATE TABLE t(a INT)")
    with pytest.raises(SourceError, match=r"shop\.duckdb: this process has it open for writing"):
        dataset.open(file)
    with dataset.open(ibis.duckdb.from_connection(raw)) as opened:
        assert list(opened.tables) == ["t"]
    assert raw.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_query_that_fails_says_no_value(file):
    write(file, "CREATE TABLE t(a VARCHAR)", "INSERT INTO t VALUES ('jane.roe@example.org')")
    with dataset.open(file) as opened:
        table = opened.tables["t"]
        with pytest.raises(SourceError) as caught:
            opened.fetch(table.aggregate(n=table.a.cast("int").sum()))
    assert "jane" not in str(caught.value)
    assert "ConversionException" in str(caught.value)
    assert caught.value.__suppress_context__


def test_two_datasets_of_one_file(file):
    write(file, "CREATE TABLE t(a INT)")
    with dataset.open(file) as first:
        with dataset.open(f"duckdb:///{file}") as second:
            assert list(second.tables) == list(first.tables)
        assert rows(first, "t") == 0

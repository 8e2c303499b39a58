import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.cells import uncastable
from auditkit.outcome import Cause


@pytest.fixture
def file(tmp_path):
    return tmp_path / "crm.sqlite"


def write(file, script, rows=()):
    with sqlite3.connect(file) as raw:
        raw.executescript(script)
        for statement, values in rows:
            raw.executemany(statement, values)
    raw.close()


def read(opened, name, **options):
    got = {}
    for batch in opened.batches(name, **options):
        for column, cells in batch.to_pydict().items():
            got.setdefault(column, []).extend(cells)
    return got


def test_every_cell_comes_as_text_whatever_the_column_says(file):
    rows = [
        (1, "9999-12-31", "café".encode(), 1, 1.5, "x"),
        ("not a number", 1700000000, b"\xff\xd8\xff", "t", "n/a", 7),
        (None, "", b"", None, None, None),
        ("nul\0byte", "2024-01-01", None, 0, 3, 2.5),
    ]
    write(
        file,
        "CREATE TABLE t(n INTEGER, at TIMESTAMP, b BLOB, flag BOOLEAN, price DECIMAL(10,2), bare)",
        [("INSERT INTO t VALUES (?,?,?,?,?,?)", rows)],
    )
    with dataset.open(file) as opened:
        (batch,) = opened.batches("t")
        assert batch.to_pydict() == {
            "n": ["1", "not a number", None, "nul\0byte"],
            "at": ["9999-12-31", "1700000000", "", "2024-01-01"],
            "b": ["café", None, "", None],
            "flag": ["1", "t", None, "0"],
            "price": ["1.5", "n/a", None, "3"],
            "bare": ["x", "7", None, "2.5"],
        }
        assert uncastable(batch) == {"b": 1}
        table = opened.tables["t"]
        assert opened.fetch(
            table.aggregate(n=table.count(), at=table["at"].max(), flags=table.flag.sum())
        ) == [{"n": 4, "at": "9999-12-31", "flags": 1}]


def test_text_that_is_not_utf_8_is_read(file):
    write(file, "CREATE TABLE t(a TEXT); INSERT INTO t VALUES (CAST(x'636166e9' AS TEXT)), ('ok')")
    with dataset.open(file) as opened:
        assert read(opened, "t") == {"a": ["caf\ufffd", "ok"]}
        assert opened.fetch(opened.tables["t"].order_by("a")) == [{"a": "caf\ufffd"}, {"a": "ok"}]


def test_utf_16_databases_are_read(file):
    write(file, "PRAGMA encoding = 'UTF-16'; CREATE TABLE t(a); INSERT INTO t VALUES ('zürich')")
    with dataset.open(file) as opened:
        assert read(opened, "t") == {"a": ["zürich"]}


@given(
    st.lists(
        st.tuples(
            *[
                st.one_of(
                    st.none(),
                    st.integers(-(2**63), 2**63 - 1),
                    st.text(),
                    st.binary(),
                    st.floats(allow_nan=False),
                )
            ]
            * 2
        ),
        max_size=8,
    )
)
def test_no_cell_stops_a_stream_and_none_is_lost(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("any") / "t.db"
    cells = [
        tuple(c.encode("utf-8", "replace").decode() if isinstance(c, str) else c for c in row) for row in rows
    ]
    write(file, "CREATE TABLE t(a INTEGER, b TEXT)", [("INSERT INTO t VALUES (?,?)", cells)])
    with dataset.open(file) as opened:
        got = {"a": [], "b": []} | read(opened, "t")
        lost = sum(sum(uncastable(batch).values()) for batch in opened.batches("t"))
    assert len(got["a"]) == len(got["b"]) == len(rows)
    unread = sum(c is None for column in got.values() for c in column) - sum(
        c is None for row in cells for c in row
    )
    # A BLOB that is read in part has a text, and is counted.
    assert 0 <= unread <= lost <= sum(isinstance(c, bytes) for row in cells for c in row)


def test_names_of_tables_and_columns(file):
    write(file, """
        CREATE TABLE "Ünï çødé"("Größe" INT, "select" TEXT, "a""b" TEXT, "" TEXT);
            INSERT INTO "Ünï çødé" VALUES (1, 'x', 'y', 'z');
        CREATE TABLE " "(x); CREATE TABLE "a.b"(x INT); CREATE VIEW v AS SELECT "Größe" AS g FROM "Ünï çødé";
        CREATE TABLE "we'ird %s"(x TEXT);
    """)  # fmt: skip
    with dataset.open(file) as opened:
        assert list(opened.relations) == ["Ünï çødé", "table 2", "a.b", "v", "we'ird %s"]
        assert opened.relations["v"].kind == "view"
        assert read(opened, "Ünï çødé") == {"Größe": ["1"], "select": ["x"], 'a"b': ["y"], "column 4": ["z"]}
        assert read(opened, "v") == {"g": ["1"]}
        for table in opened.tables.values():
            assert opened.fetch(table.aggregate(n=table.count()))[0]["n"] in (0, 1)


def test_names_that_are_values_are_hidden_also_in_sql(file):
    write(
        file,
        'CREATE TABLE "jane.roe@example.org"(id INTEGER PRIMARY KEY, "+41 79 555 01 23" INT UNIQUE); CREATE'
        " TABLE t(a)",
    )
    with dataset.open(file) as opened:
        relation = opened.relations["table 1"]
        assert relation.value_names == {"column 2": "PHONE_NUMBER"}
        assert relation.value_name == "EMAIL_ADDRESS"
        assert relation.real_name == "jane.roe@example.org"
        shown = (
            opened.sql(relation.table.filter(relation.table["column 2"] > 1)) + repr(relation) + repr(opened)
        )
        assert "jane" not in shown
        assert "555" not in shown
        assert {(key.table, key.columns) for key in opened.keys()} == {
            ("table 1", ("id",)),
            ("table 1", ("column 2",)),
        }


def test_keys_and_references(file):
    write(file, """
        CREATE TABLE tenants(id INTEGER PRIMARY KEY, slug TEXT UNIQUE);
        CREATE TABLE users(tenant_id INT, nr INT, email TEXT, mgr INT, PRIMARY KEY (tenant_id, nr),
            FOREIGN KEY (tenant_id) REFERENCES TENANTS ON DELETE CASCADE);
        CREATE TABLE tickets(id TEXT, tenant INT, user INT, FOREIGN KEY (tenant,
            user) REFERENCES users(tenant_id, nr),
            FOREIGN KEY (user) REFERENCES gone(id));
        CREATE UNIQUE INDEX one ON tickets(id); CREATE UNIQUE INDEX two ON tickets(user) WHERE tenant = 1;
        CREATE UNIQUE INDEX three ON users(lower(email));
    """)  # fmt: skip
    with dataset.open(file) as opened:
        assert {(k.table, k.columns, k.primary) for k in opened.keys()} == {
            ("tenants", ("id",), True), ("tenants", ("slug",), False), ("users", ("tenant_id", "nr"), True),
            ("tickets", ("id",), False),
        }  # fmt: skip
        found = opened.foreign_keys()
        assert {(f.table, f.columns, f.parent, f.parent_columns, f.on_delete) for f in found} == {
            ("users", ("tenant_id",), "tenants", ("id",), "CASCADE"),
            ("tickets", ("tenant", "user"), "users", ("tenant_id", "nr"), "NO ACTION"),
        }  # fmt: skip


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_file_is_not_changed_and_cannot_be(file, tmp_path):
    write(file, "CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    before = digest(file)
    with dataset.open(file) as opened:
        read(opened, "t", sample=1)
        raw = opened.tables["t"].get_backend().con
        for statement in ("INSERT INTO t VALUES (2)", "CREATE TEMP TABLE x(a)", "DROP TABLE t"):
            with pytest.raises(sqlite3.OperationalError):
                raw.execute(statement)
    assert digest(file) == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_database_that_is_being_written_is_read_with_its_log(file, tmp_path):
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("CREATE TABLE t(a)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    before = {p.name: digest(p) for p in tmp_path.iterdir() if not p.name.endswith("-shm")}
    with dataset.open(file) as opened:
        assert read(opened, "t") == {"a": ["1"]}
        writer.execute("INSERT INTO t VALUES (2)")
        writer.commit()
        assert read(opened, "t") == {"a": ["1", "2"]}
    assert before.keys() == {p.name for p in tmp_path.iterdir() if not p.name.endswith("-shm")}
    assert digest(file) == before[file.name]
    writer.close()


def test_nothing_is_left_beside_a_database_that_was_closed(file, tmp_path):
    """Its log is gone, or empty; what a writer does after the opening is refused, and read the next time."""
    write(file, "PRAGMA journal_mode = wal; CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    for left in ([], [Path(f"{file}-wal")]):
        for path in left:
            path.touch()
        before = {path: digest(path) for path in tmp_path.iterdir()}
        with dataset.open(file) as opened:
            assert read(opened, "t") == {"a": ["1"]}
        assert {path: digest(path) for path in tmp_path.iterdir()} == before
    with dataset.open(file) as opened:
        write(file, "INSERT INTO t VALUES (2)")
        with pytest.raises(SourceError, match="written to while it was read"):
            read(opened, "t")
    with dataset.open(file) as opened:
        assert read(opened, "t") == {"a": ["1", "2"]}


def test_the_log_of_a_crashed_writer_is_read(file):
    script = (
        "import sqlite3, os, sys; c = sqlite3.connect(sys.argv[1]); [c.execute(s).fetchall() for s in"
        " sys.argv[2:]]; os._exit(0)"
    )
    statements = "PRAGMA journal_mode = wal", "CREATE TABLE t(a)", "INSERT INTO t VALUES (1)", "COMMIT"
    subprocess.run([sys.executable, "-c", script, str(file), *statements], check=True)
    before = digest(file), digest(Path(f"{file}-wal"))
    with dataset.open(file) as opened:
        assert read(opened, "t") == {"a": ["1"]}
    assert (digest(file), digest(Path(f"{file}-wal"))) == before


def test_odd_paths(tmp_path):
    file = tmp_path / "wha t?#%20&é;mode=rw.db"
    write(file, "CREATE TABLE t(a)")
    with dataset.open(file) as opened:
        assert list(opened.tables) == ["t"]
    with dataset.open(
        f"sqlite:///{file}".replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    ) as opened:
        assert list(opened.tables) == ["t"]


def test_a_view_on_nothing_does_not_stop_the_others(file):
    write(file, "CREATE TABLE t(a); CREATE TABLE u(b); CREATE VIEW v AS SELECT * FROM u; DROP TABLE u;")
    with dataset.open(file) as opened:
        assert list(opened.tables) == ["t"]
        assert opened.relations["v"].missing.cause == Cause.ERROR
        with pytest.raises(SourceError, match="v cannot be read"):
            opened.batches("v")


def test_an_index_of_words_without_their_text_is_unseen(file):
    write(
        file,
        "CREATE VIRTUAL TABLE bare USING fts5(body, content=''); INSERT INTO bare VALUES ('jane.roe');"
        "CREATE VIRTUAL TABLE own USING fts5(body); INSERT INTO own VALUES ('jane.roe')",
    )
    with dataset.open(file) as opened:
        assert opened.relations["bare"].missing.cause is Cause.UNSEEN
        assert read(opened, "own") == {"body": ["jane.roe"]}


def test_generated_columns_and_columns_without_type(file):
    write(
        file,
        "CREATE TABLE t(a TEXT, b AS (lower(a)) STORED, c, d WEIRD_TYPE(3), e VARCHAR(20));"
        "INSERT INTO t(a, c) VALUES ('X', NULL), ('Y', 2.5)",
    )
    with dataset.open(file) as opened:
        assert read(opened, "t")["b"] == ["x", "y"]
        assert opened.tables["t"].schema()["c"].is_floating()
        assert opened.tables["t"].schema()["e"].is_string()
    write(file, "CREATE TABLE empty(c, d)")
    with dataset.open(file) as opened:
        assert "empty" in opened.tables


def test_samples_are_of_the_whole_table_and_repeatable(file):
    write(file, "CREATE TABLE t(n INT)", [("INSERT INTO t VALUES (?)", [(i,) for i in range(50_000)])])
    with dataset.open(file) as opened:
        got = [int(n) for n in read(opened, "t", sample=200)["n"]]
        assert got == [int(n) for n in read(opened, "t", sample=200)["n"]]
        assert got != [int(n) for n in read(opened, "t", sample=200, seed=1)["n"]]
        assert len(set(got)) == 200
        assert max(got) > 45_000
        assert 20_000 < sum(got) / 200 < 30_000
        assert len(read(opened, "t", sample=99_999)["n"]) == 50_000
        assert [batch.num_rows for batch in opened.batches("t")] == [20_000, 20_000, 10_000]
        # the same rows as any other engine would draw
        with dataset.open({"t": pd.DataFrame({"n": range(50_000)})}) as frames:
            assert [int(n) for n in read(frames, "t", sample=200)["n"]] == got


def test_streams_and_queries_do_not_disturb_each_other(file):
    write(file, "CREATE TABLE t(n INT)", [("INSERT INTO t VALUES (?)", [(i,) for i in range(45_000)])])
    with dataset.open(file) as opened:
        first, second = opened.batches("t"), opened.batches("t")
        rows = next(first).num_rows
        assert opened.fetch(opened.tables["t"].aggregate(n=opened.tables["t"].count())) == [{"n": 45_000}]
        assert sum(batch.num_rows for batch in second) == 45_000
        assert rows + sum(batch.num_rows for batch in first) == 45_000


def test_what_is_not_a_sound_database_is_named_without_its_content(tmp_path):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"jane.roe@example.org" * 100)
    with pytest.raises(SourceError) as caught:
        dataset.open(broken)
    assert "broken.db" in str(caught.value)
    assert "jane" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    with sqlite3.connect(tmp_path / "none.db") as raw:
        raw.execute("CREATE TABLE t(a)")
        raw.execute("DROP TABLE t")
    with pytest.raises(SourceError, match="holds no table"):
        dataset.open(tmp_path / "none.db")


@pytest.mark.parametrize(
    "call", ["_ibis_regex_search(printf('%.*c', 40, 'a') || '!', '(a+)+$')", "load_extension('x')"]
)
def test_a_view_calls_no_function_that_is_lent_to_queries(file, call):
    """Those are in Python, where no limit of time ends a search that goes back again and again."""
    write(file, f"CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a, {call} AS b FROM t")
    with dataset.open(file) as opened:
        assert opened.relations["v"].missing is not None or _refuses(opened, "v")
        assert read(opened, "t") == {"a": ["1"]}


def _refuses(opened, name):
    with pytest.raises(SourceError):
        read(opened, name)
    return True


def test_a_table_that_is_called_as_those_of_sqlite_is_not_hidden(file):
    """SQLite lets no statement give such a name; whoever writes the catalogue itself can."""
    write(
        file, "CREATE TABLE kept(id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO kept(a) VALUES ('x')"
    )
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE people(a)")
        raw.execute("INSERT INTO people VALUES ('zoe@example.org')")
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_master SET name = 'sqlite_people', tbl_name = 'sqlite_people',"
            " sql = 'CREATE TABLE sqlite_people(a)' WHERE name = 'people'"
        )
    raw.close()
    with dataset.open(file) as opened:
        assert list(opened.tables) == ["kept", "sqlite_people"]
        assert read(opened, "sqlite_people") == {"a": ["zoe@example.org"]}

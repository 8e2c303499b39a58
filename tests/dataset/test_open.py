import io
import os
import sqlite3
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.outcome import Cause

FRAME = pd.DataFrame({"id": [1, 2], "email": ["a@example.org", None]})


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "exports"
    place.mkdir()
    FRAME.to_csv(place / "users.csv", index=False)
    FRAME.to_parquet(place / "orders.parquet")
    with sqlite3.connect(place / "crm.db") as raw:
        raw.execute("CREATE TABLE t(a INT)")
    with duckdb.connect(str(place / "shop.db2")) as raw:
        raw.execute("CREATE TABLE t(a INT)")
    return place


def test_what_each_kind_of_source_is_called(folder, tmp_path):
    pa.feather.write_feather(pa.table({"a": [1]}), folder.parent / "f.arrow", compression="uncompressed")
    for source, name, tables in (
        (FRAME, "data", ["data"]),
        ({"users": FRAME, 7: FRAME}, "data", ["users", "7"]),
        (pa.table({"a": [1]}), "data", ["data"]),
        (folder / "users.csv", "users.csv", ["users"]),
        (str(folder / "orders.parquet"), "orders.parquet", ["orders"]),
        (folder / "crm.db", "crm.db", ["t"]),
        (folder / "shop.db2", "shop.db2", ["t"]),
        (tmp_path / "f.arrow", "f.arrow", ["f"]),
        (f"sqlite:///{folder / 'crm.db'}", "crm.db", ["t"]),
        (f"duckdb:///{folder / 'shop.db2'}", "shop.db2", ["t"]),
        (folder, "exports", ["crm.t", "orders", "shop.t", "users"]),
        (f"{folder}/*.csv", "exports", ["users"]),
        (f"{tmp_path}/**/*.csv", "files", ["users"]),
        ([f"a={folder / 'users.csv'}", f"b={folder / 'crm.db'}"], "a + b", ["a.users", "b.t"]),
        (f"a={folder / 'users.csv'}", "a", ["a.users"]),
        ({"a": folder / "users.csv", "b": FRAME}, "a + b", ["a.users", "b"]),
    ):
        with dataset.open(source) as opened:
            assert (opened.name, list(opened.relations)) == (name, tables)
            for table in opened.tables.values():
                assert opened.fetch(table.aggregate(n=table.count()))[0]["n"] >= 0
            for table in opened.tables:
                assert all(
                    pa.types.is_large_string(field.type)
                    for batch in opened.batches(table)
                    for field in batch.schema
                )
    with dataset.open(FRAME, name="people") as opened:
        assert opened.name == "people"
        assert dataset.open(opened) is opened


def test_local_sources_can_be_joined_and_others_say_so(folder):
    with dataset.open(folder) as opened:
        users, orders, crm = (opened.tables[name] for name in ("users", "orders", "crm.t"))
        joined = users.join(orders, "id")
        assert opened.fetch(joined.aggregate(n=joined.count())) == [{"n": 2}]
        assert opened.dialect == "mixed"
        with pytest.raises(SourceError, match="different databases"):
            opened.fetch(users.cross_join(crm))


def test_one_bad_file_does_not_stop_the_folder(folder):
    (folder / "broken.parquet").write_bytes(b"PAR1 jane.roe@example.org PAR1")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "sheet.xlsx").write_bytes(b"PK\x03\x04....")
    (folder / "inner").mkdir()
    (folder / "README.md").write_text("nothing")
    (folder / ".hidden.csv").write_text("a,b\n")
    with dataset.open(folder) as opened:
        missing = {
            name: relation.missing.cause for name, relation in opened.relations.items() if relation.missing
        }
        assert missing == {
            "broken": Cause.ERROR,
            "empty": Cause.UNSEEN,
            "sheet": Cause.UNSEEN,
            "inner": Cause.UNSEEN,
            "README.md": Cause.UNSEEN,
        }
        assert {"users", "orders", ".hidden"} < set(opened.tables)
        assert not any(
            "jane" in relation.missing.reason or str(folder) in relation.missing.reason
            for relation in opened.relations.values()
            if relation.missing
        )
    with pytest.raises(SourceError, match=r"broken\.parquet") as caught:
        dataset.open(folder / "broken.parquet")
    assert "jane" not in str(caught.value)


def test_files_of_the_same_stem(folder):
    FRAME.to_parquet(folder / "users.parquet")
    (folder / "more").mkdir()
    FRAME.to_csv(folder / "more" / "users.csv", index=False)
    with dataset.open(f"{folder}/**/users.*") as opened:
        assert list(opened.relations) == ["more/users.csv", "exports/users.csv", "users.parquet"]


def test_parquet_columns_keep_their_names_and_hide_values(tmp_path):
    pq.write_table(pa.table({"Id": [1], "jane.roe@example.org": ["x"]}), tmp_path / "t.parquet")
    with dataset.open(tmp_path / "t.parquet") as opened:
        assert opened.tables["t"].columns == ("Id", "column 2")
        assert opened.relations["t"].value_names == {"column 2": "EMAIL_ADDRESS"}
        assert opened.relations["t"].rows == 1
        assert next(opened.batches("t")).to_pylist() == [{"Id": "1", "column 2": "x"}]


def test_every_column_of_a_wide_file_has_its_type(tmp_path):
    names = [f"c{n}" for n in range(1100)]
    row = ",".join("x" if n == 700 else str(n) for n in range(1100))
    (tmp_path / "wide.csv").write_text("\n".join([",".join(names), row, row]))
    with dataset.open(tmp_path / "wide.csv") as opened:
        assert opened.relations["wide"].rows == 2
        types = opened.tables["wide"].schema()
        assert [name for name in names if not types[name].is_integer()] == ["c700"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.parquet", b"PAR1 none"), ("a.sqlite", b"SQLite format 3\0" + b"none" * 200), ("a.csv", bytes(300))],
)
def test_a_damaged_file_is_called_so(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match="it may be damaged"):
        dataset.open(tmp_path / name)


def test_parquet_without_columns_says_so(tmp_path):
    pq.write_table(pa.table({}), tmp_path / "bare.parquet")
    with pytest.raises(SourceError, match=r"bare\.parquet has no columns"):
        dataset.open(tmp_path / "bare.parquet")
    with pa.OSFile(str(tmp_path / "bare.arrow"), "wb") as file, pa.ipc.new_file(file, pa.schema([])):
        pass
    with pytest.raises(SourceError, match=r"bare\.arrow has no columns"):
        dataset.open(tmp_path / "bare.arrow")


def test_a_column_nested_too_deep_for_the_engine_is_unseen_at_once(tmp_path):
    for depth in (20, 60):
        kind, cell = pa.string(), "ana@example.org"
        for level in range(depth):
            kind, cell = (pa.struct([("f", kind)]), {"f": cell}) if level % 2 else (pa.list_(kind), [cell])
        pq.write_table(pa.table({"deep": pa.array([cell], kind)}), tmp_path / f"nested{depth}.parquet")
    with dataset.open(tmp_path) as opened:
        assert set(opened.tables) == {"nested20"}
        missing = opened.relations["nested60"].missing
        assert missing.cause is Cause.UNSEEN
        assert "nested more than 32 deep" in missing.reason


def test_a_folder_of_which_nothing_can_be_read_says_why(tmp_path):
    (tmp_path / "events.jsonl").write_text('{"a": 1}\n{"broken": \n')
    with pytest.raises(
        SourceError, match=r"holds no file that can be read; could not read events.jsonl: it is not JSON"
    ):
        dataset.open(tmp_path)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (42, "cannot open int as a source"),
        (None, "there is nothing in this variable"),
        ("id,email\n1,secretpw@example.org\n", "this is the text of a file"),
        ({}, "holds no table"),
        ([], "holds no table"),
        ("nowhere/at/all.csv", "all.csv is not there: there is no folder at"),
        ("nowhere/*.csv", "holds no file"),
        ("mongodb://u:secretpw@h/db", "mongodb:// is not supported"),
        ("postgre://u:secretpw@h/db", "postgre:// is not supported"),
        ("s3://bucket/secretpw.parquet", "s3:// is not supported: copy the file or the folder to a disk"),
        ("https://u:secretpw@h/a.csv", "https:// is not supported: download the file"),
        ("snowflake://u:secretpw@h/db", "snowflake:// is not supported: give a frame of the rows"),
        ([(1, "secretpw")], "pandas.DataFrame(rows, columns=[...])"),
        ({"id": [1], "mail": ["secretpw"]}, "pandas.DataFrame(columns) for a dict of columns"),
        ({"mail": ["secretpw"]}, "pandas.DataFrame(columns) for a dict of columns"),
        ((row for row in ()), "give the list of its records"),
        (np.array(["secretpw"]), "give it as a frame with names"),
        (io.StringIO("secretpw"), "give the path of a file"),
        ("postgresql://u:secretpw@127.0.0.1:1/db", "could not connect to PostgreSQL"),
        ("postgresql://u:secretpw 2@127.0.0.1:1/db", "could not connect to PostgreSQL"),
        ("env:AUDITKIT_TEST_UNSET", "AUDITKIT_TEST_UNSET is not set"),
        ("env:postgresql://u:secretpw@h/db", "name of an environment variable"),
        (["a=x.csv", "y.csv"], "name=SOURCE"),
        (["a=x.csv", "a=y.csv"], "name=SOURCE"),
    ],
)
def test_errors_say_what_was_expected_and_no_password(source, message, monkeypatch):
    monkeypatch.delenv("AUDITKIT_TEST_UNSET", raising=False)
    with pytest.raises(SourceError) as caught:
        dataset.open(source)
    assert message in str(caught.value)
    assert "secretpw" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_misspelt_file_leads_to_the_one_beside_it_and_to_no_name_that_is_a_value(tmp_path):
    for name in ("members.csv", "jane.roe@example.org.csv"):
        (tmp_path / name).write_text("id\n1\n")
    with pytest.raises(SourceError, match=r"^member\.csv is not there\. Did you mean 'members\.csv'\?$"):
        dataset.open(tmp_path / "member.csv")
    with pytest.raises(SourceError) as caught:
        dataset.open(tmp_path / "jane.roe@example.com.csv")
    assert "jane" not in str(caught.value) and "Expected a file, a folder" in str(caught.value)


def test_a_source_in_the_environment(folder, monkeypatch):
    monkeypatch.setenv("AUDITKIT_TEST_SOURCE", str(folder / "users.csv"))
    with dataset.open("env:AUDITKIT_TEST_SOURCE") as opened:
        assert opened.name == "users.csv"
    monkeypatch.setenv("AUDITKIT_TEST_SOURCE", "mysql://u:secretpw@h/db")
    with pytest.raises(SourceError) as caught:
        dataset.open("env:AUDITKIT_TEST_SOURCE")
    assert "secretpw" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(folder):
    (folder / "users.csv").chmod(0)
    with pytest.raises(SourceError, match=r"no permission to read users\.csv"):
        dataset.open(folder / "users.csv")


def test_other_binary_files_say_what_they_are(tmp_path):
    for head, message in (
        (b"%PDF-1.7", "PDF"),
        (bytes(range(256)) * 20, "unknown binary"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"PK\x03\x04....", "ZIP archive"),
    ):
        file = tmp_path / "x.bin"
        file.write_bytes(head)
        with pytest.raises(SourceError, match=message):
            dataset.open(file)


def test_ibis_backends_and_tables(folder):
    raw = duckdb.connect()
    raw.execute("CREATE TABLE users(id INT, moment TIMESTAMP); INSERT INTO users VALUES (1, 'infinity')")
    backend = ibis.duckdb.from_connection(raw)
    for source, name in (
        (backend, "users"),
        (backend.table("users"), "users"),
        (backend.table("users").filter(lambda t: t.id > 0), "data"),
    ):
        with dataset.open(source) as opened:
            assert list(opened.tables) == [name]
            assert next(opened.batches(name)).to_pydict() == {"id": ["1"], "moment": ["infinity"]}
            assert next(opened.batches(name, sample=1)).num_rows == 1
            assert opened.fetch(opened.tables[name]) == [{"id": 1, "moment": "infinity"}]
    assert raw.execute("SELECT 1").fetchone() == (1,)
    lite = ibis.sqlite.connect(folder / "crm.db")
    own = lite.compiler
    for source, name in ((lite, "t"), (lite.table("t"), "t"), (lite.table("t").mutate(b=1), "data")):
        with dataset.open(source) as opened:
            assert list(opened.tables) == [name]
            assert list(opened.batches(name)) == list(opened.batches(name, sample=3)) == []
    assert lite.list_tables() == ["t"] and lite.compiler is own
    with pytest.raises(SourceError, match="bound to exactly one backend"):
        dataset.open(ibis.table({"a": "int64"}, name="t"))


def test_a_query_of_the_users_does_not_end_a_stream():
    raw = duckdb.connect()
    raw.execute("CREATE TABLE t AS SELECT range AS n FROM range(65000)")
    backend = ibis.duckdb.from_connection(raw)
    for source in (backend, backend.table("t"), backend.table("t").filter(lambda t: t.n >= 0)):
        with dataset.open(source) as opened:
            (name,) = opened.tables
            stream = opened.batches(name)
            seen = next(stream).num_rows
            raw.execute("SELECT count(*) FROM t").fetchall()
            assert seen + sum(batch.num_rows for batch in stream) == 65_000


def test_what_is_temporary_on_a_connection_of_the_users_is_read(folder):
    backend = ibis.duckdb.connect()
    users = backend.read_csv(folder / "users.csv", table_name="users")
    backend.con.register("held", FRAME)
    backend.con.execute("CREATE TEMP TABLE other AS SELECT 1 AS a")
    with dataset.open(backend) as opened:
        assert set(opened.tables) == {"users", "held", "other"}
        for name in opened.tables:
            assert (
                sum(batch.num_rows for batch in opened.batches(name))
                == opened.fetch(opened.tables[name].count().as_table())[0].popitem()[1]
            )
            assert next(opened.batches(name, sample=1)).num_rows == 1
    with dataset.open(users) as opened:
        assert next(opened.batches("users")).to_pydict()["email"] == ["a@example.org", None]


def test_an_ibis_memtable_is_a_source():
    with dataset.open(ibis.memtable({"a": [1, 2]})) as opened:
        assert next(opened.batches("data")).to_pydict() == {"a": ["1", "2"]}


def test_batches_of_chosen_columns(folder):
    with dataset.open(folder / "users.csv") as opened:
        assert next(opened.batches("users", columns=["email"])).to_pydict() == {
            "email": ["a@example.org", None]
        }
        with pytest.raises(KeyError, match="nothing"):
            opened.batches("users", columns=["nothing"])
        with pytest.raises(KeyError):
            opened.batches("nobody")


def test_a_closed_dataset_removes_nothing_of_the_users(folder):
    before = sorted(p.name for p in folder.iterdir())
    with dataset.open(folder) as opened:
        assert len(opened.tables) == 4
    assert sorted(p.name for p in folder.iterdir()) == before
    assert not Path(".tmp").exists()


@pytest.mark.parametrize("source", ["", "  ", {"crm": ""}])
def test_an_empty_source_is_not_the_current_folder(source, tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text("id,name\n1,x\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(dataset.SourceError, match="the source is empty"):
        dataset.open(source)


def test_an_empty_environment_variable_is_not_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITKIT_EMPTY", "")
    with pytest.raises(dataset.SourceError):
        dataset.open("env:AUDITKIT_EMPTY")

"""What an analyst has in hand is opened, or the error says in one sentence what works instead."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

import auditkit
from auditkit.dataset import SourceError

PEOPLE = pd.DataFrame({"id": range(9), "email": [f"ana{n}@example.org" for n in range(9)]})


def tables(source) -> dict[str, tuple[str, ...]]:
    """Return the columns of every table of a source, after each was found to hold nine e-mail addresses."""
    with auditkit.open(source) as data:
        found = {v.table: v.matches for v in auditkit.profile(data) if v.entity == "EMAIL_ADDRESS"}
        assert set(found.values()) == {9}
        return {name: tuple(table.columns) for name, table in data.tables.items()}


ALONE = {"data": ("id", "email")}
NAMED = {"people": ("id", "email")}


def test_records_streams_and_series():
    records = PEOPLE.to_dict("records")
    stream = pa.Table.from_pandas(PEOPLE)
    assert tables(records) == ALONE
    assert tables({"people": records}) == NAMED
    assert tables(pa.RecordBatchReader.from_batches(stream.schema, stream.to_batches())) == ALONE
    assert tables(PEOPLE.email) == {"data": ("email",)}


class Lazy:
    """A lazy frame as polars has it."""

    def collect(self):
        return pa.Table.from_pandas(PEOPLE)


Lazy.__module__ = "polars.lazyframe"


class GeoDataFrame(pd.DataFrame):
    """A frame of a class made from that of pandas."""


def test_frames_of_other_libraries():
    assert tables(Lazy()) == ALONE
    assert tables(GeoDataFrame(PEOPLE)) == ALONE
    assert list(auditkit.explore(Lazy(), name="people").personal) == ["people"]


def test_a_connection_and_a_relation_of_duckdb_stay_the_users():
    connection = duckdb.connect()
    connection.register("frame", PEOPLE)
    connection.execute("CREATE TABLE people AS SELECT * FROM frame")
    connection.unregister("frame")
    assert tables(connection) == NAMED
    assert tables(connection.sql("SELECT * FROM people")) == ALONE
    assert connection.execute("SELECT count(*) FROM people").fetchone() == (9,)


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "app.sqlite"
    with sqlite3.connect(path) as connection:
        PEOPLE.to_sql("people", connection, index=False)
    return path


def test_a_connection_of_sqlite_stays_the_users(database):
    for name in (database, ":memory:"):
        connection = sqlite3.connect(name)
        if name == ":memory:":
            PEOPLE.to_sql("people", connection, index=False)
        assert tables(connection) == NAMED
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (9,)
        connection.execute("CREATE TABLE mine (id)")
        connection.close()


def test_engines_of_sqlalchemy(database):
    engine = sa.create_engine(f"sqlite:///{database}")
    assert tables(engine) == tables(engine.url) == NAMED
    with engine.connect() as connection:
        assert tables(connection) == NAMED
    memory = sa.create_engine("sqlite://")
    with memory.begin() as connection:
        PEOPLE.to_sql("people", connection.connection.driver_connection, index=False)
    assert tables(memory) == NAMED
    closed = sa.engine.make_url("postgresql+psycopg://me:hunter2@/x?host=/no/such/socket")
    with pytest.raises(SourceError, match="could not connect") as error:
        auditkit.open(closed)
    assert "hunter2" not in str(error.value)


class Connection:
    cursor = commit = rollback = None


class DeltaTable:
    pass


Connection.__module__, DeltaTable.__module__ = "psycopg", "deltalake.table"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ([PEOPLE, PEOPLE], "with a name for each"),
        (Connection(), "the URL of its database, as env:NAME"),
        (DeltaTable(), "table.to_pyarrow_table()"),
        (object(), "auditkit cannot open object"),
    ],
)
def test_what_is_not_opened_says_what_works_instead(source, words):
    with pytest.raises(SourceError) as error:
        auditkit.open(source)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Obj\x01", "fastavro"),
        (b"BZh9", "bunzip2"),
        (b"\xfd7zXZ\0", "unxz"),
        (b"\x28\xb5\x2f\xfd", "unzstd"),
    ],
)
def test_a_file_that_is_not_read_says_what_works_instead(content, words, tmp_path):
    path = tmp_path / "people.bin"
    path.write_bytes(content + b"....")
    with pytest.raises(SourceError, match=words):
        auditkit.open(path)


def test_an_archive_says_what_works_instead(tmp_path):
    path = tmp_path / "people.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", PEOPLE.to_csv())
    with pytest.raises(SourceError, match="unpack an archive"):
        auditkit.open(path)


def test_orc_and_geoparquet_are_read(tmp_path):
    orc.write_table(pa.Table.from_pandas(PEOPLE), str(tmp_path / "people.orc"))
    assert tables(tmp_path / "people.orc") == NAMED
    point = bytes.fromhex("01010000009a99999999991d403333333333734740")
    place = {"encoding": "WKB", "geometry_types": ["Point"]}
    geo = json.dumps({"version": "1.0.0", "primary_column": "place", "columns": {"place": place}})
    places = pa.Table.from_pandas(PEOPLE).append_column("place", pa.array([point] * 9, pa.binary()))
    pq.write_table(places.replace_schema_metadata({"geo": geo}), tmp_path / "places.parquet")
    assert tables(tmp_path / "places.parquet") == {"places": ("id", "email", "place")}


# Tables in several files


def write_partitions(folder: Path) -> None:
    people = pa.Table.from_pandas(PEOPLE.assign(year=[2023, 2024, 2025] * 3, country="CH"))
    pq.write_to_dataset(people, str(folder), partition_cols=["country", "year"])


def write_parts(folder: Path) -> None:
    folder.mkdir()
    for n in range(3):
        PEOPLE.iloc[n * 3 : n * 3 + 3].to_parquet(folder / f"part-0000{n}-c000.snappy.parquet")
    (folder / "_SUCCESS").touch()


PARTITIONED = ("id", "email", "country", "year")


def test_a_folder_of_partitions_is_one_table_with_their_columns(tmp_path):
    write_partitions(tmp_path / "people")
    assert tables(tmp_path / "people") == {"people": PARTITIONED}
    with auditkit.open(tmp_path / "people") as data:
        people = data["people"]
        (row,) = data.fetch(people.aggregate(n=people.count(where=people.year == 2024)))
    assert row == {"n": 3}


def test_a_folder_of_parts_is_one_table(tmp_path):
    write_parts(tmp_path / "people")
    assert tables(tmp_path / "people") == NAMED


def test_a_lake_is_a_table_a_folder_and_names_what_is_not_read(tmp_path):
    write_partitions(tmp_path / "people")
    write_parts(tmp_path / "staff")
    PEOPLE.to_parquet(tmp_path / "guests.parquet")
    (tmp_path / "people" / "country=CH" / "notes.txt").write_text("hello")
    delta = tmp_path / "orders" / "_delta_log"
    delta.mkdir(parents=True)
    (delta / "0.json").write_text("{}")
    PEOPLE.to_parquet(tmp_path / "orders" / "part-00000.parquet")
    assert tables(tmp_path) == {"people": PARTITIONED, "staff": ("id", "email"), "guests": ("id", "email")}
    with auditkit.open(tmp_path) as data:
        reasons = {name: r.missing.reason for name, r in data.relations.items() if r.missing}
    assert set(reasons) == {"notes.txt", "orders"}
    assert "key=value" in reasons["notes.txt"] and "Delta" in reasons["orders"]


def test_a_glob_joins_parts_too(tmp_path):
    write_partitions(tmp_path / "people")
    write_parts(tmp_path / "staff")
    assert tables(str(tmp_path / "**" / "*.parquet")) == {"people": PARTITIONED, "staff": ("id", "email")}


def test_a_part_by_a_link_outside_is_not_followed(tmp_path):
    write_parts(tmp_path / "people")
    outside = tmp_path / "outside.parquet"
    PEOPLE.to_parquet(outside)
    (tmp_path / "people" / "part-00009.parquet").symlink_to(outside)
    with auditkit.open(tmp_path / "people") as data:
        assert data.fetch(data["people"].aggregate(n=data["people"].count())) == [{"n": 9}]
        assert "outside of the folder" in data.relations["part-00009.parquet"].missing.reason


def test_a_damaged_part_is_not_left_out_in_silence(tmp_path):
    write_parts(tmp_path / "people")
    (tmp_path / "people" / "part-00009.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(SourceError, match="people"):
        auditkit.open(tmp_path / "people")

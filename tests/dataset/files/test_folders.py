"""A folder: what is in it is read, or named with the reason."""

import gzip
import os
import sqlite3
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import auditkit
import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.files import unpacked
from auditkit.outcome import Cause

ROWS = "id,email\n1,jane.roe@example.org\n"


@pytest.fixture
def folder(tmp_path):
    (place := tmp_path / "exports").mkdir()
    (place / "colours.csv").write_text("id,colour\n1,blue\n")
    return place


def missing(source):
    with dataset.open(source) as opened:
        return {name: found.missing for name, found in opened.relations.items() if found.missing}


@pytest.mark.parametrize(
    "name",
    "dump.SQL contacts.html people.xml notes.md people.yaml users.r .env book.ipynb all.tar.xz .git/".split(),
)
def test_what_is_not_read_is_named_and_the_run_says_so(folder, name):
    if name.endswith("/"):
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(b"\xfd7zXZ" if name.endswith("xz") else ROWS.encode())
    ((shown, reason),) = missing(folder).items()
    assert reason.cause is Cause.UNSEEN and name.split(".")[0].strip("/") in shown
    assert auditkit.audit(folder, scanners=["pii"]).exit_code() == 3


@pytest.mark.parametrize("name", "_users.csv .users.csv mail.log users users.dat USERS.CSV".split())
def test_no_name_of_data_hides_it(folder, name):
    (folder / name).write_text(ROWS)
    with dataset.open(folder) as opened:
        assert len(opened.tables) == 2 and not missing(folder)
    assert len(auditkit.profile(folder).columns) == 4


def test_what_belongs_to_another_file_has_no_name_of_its_own(folder):
    raw = sqlite3.connect(folder / "app.db")
    raw.execute("PRAGMA journal_mode = wal")
    raw.execute("CREATE TABLE t AS SELECT 1 AS a")
    raw.commit()
    (folder / "_SUCCESS").touch()
    (folder / ".colours.csv.crc").write_bytes(b"crc")
    (folder / "privacy.yaml").write_text("# ours\nversion: 1\nname: Desk\n")
    assert [(name, m.cause) for name, m in missing(folder).items()] == [
        ("privacy.yaml", Cause.NOT_APPLICABLE)
    ]
    raw.close()
    (folder / "gone.db-wal").write_bytes(b"rows of a database that is elsewhere\0\1\2\3\4\5" * 9)
    assert "gone" in missing(folder).keys() | {name.partition(".")[0] for name in missing(folder)}


@pytest.mark.parametrize("source", ["{}", "{}/*", "{}/**/*"])
def test_a_link_leads_to_no_file_outside(folder, source):
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "users.csv").write_text(ROWS)
    (folder / "users.csv").symlink_to(folder.parent / "elsewhere" / "users.csv")
    (folder / "inner").symlink_to(folder.parent / "elsewhere")
    (folder / "same.csv").symlink_to("colours.csv")
    found = missing(source.format(folder))
    assert found["users.csv"].cause is Cause.UNSEEN and "outside" in found["users.csv"].reason
    with dataset.open(source.format(folder)) as opened:
        assert set(opened.tables) == {"colours", "same"}
    with dataset.open(folder / "users.csv") as opened:  # it was named
        assert set(opened.tables) == {"users"}


@pytest.mark.parametrize(
    "mark", ["_delta_log/0.json", "metadata/v1.metadata.json", ".hoodie/hoodie.properties"]
)
def test_files_with_a_log_are_not_read_without_it(folder, mark):
    (part := folder / "table" / "data" / "day=1").mkdir(parents=True)
    pq.write_table(pa.table({"email": ["jane.roe@example.org"]}), part / "1.parquet")
    (log := folder / "table" / mark).parent.mkdir(parents=True)
    log.write_text("{}")
    for source in (folder / "table", part, f"{folder}/table/**/*.parquet", f"{part}/*.parquet"):
        with pytest.raises(SourceError, match=r"is a table of (Delta|Iceberg|Hudi)"):
            dataset.open(source)
    assert "is a table of" in missing(folder)["table"].reason


@pytest.mark.parametrize(
    "lines",
    [
        "login of user jane\nlogout of user jane\n",
        "2026-01-01 10:00:00,123 INFO user jane logged in\n2026-01-01 10:00:01,124 INFO user joe logged in\n",
        "jane.roe@example.org called\nshe wants her money back\n",
        "Started server, port 80\nuser jane, phone 1\nuser joe, phone 2\n",
        "email\ncall me\n",
        "# Log of mails\nto: jane.roe@example.org; status: sent\nto: joe@example.org; status: sent\n",
    ],
)
@pytest.mark.parametrize("name", ["app.log", "app.log.gz"])
def test_a_log_keeps_its_first_line(tmp_path, lines, name):
    data = lines.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    if name.endswith("gz"):
        (tmp_path / name).rename(tmp_path / "app.log.txt.gz")
    with dataset.open(next(tmp_path.iterdir())) as opened:
        (table,) = opened.tables
        (batch,) = opened.batches(table)
        assert batch.num_rows == lines.count("\n")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("\ufeff\n<?xml version='1.0'?><a/>", "XML"),
        ("<!DOCTYPE html><p>jane.roe@example.org</p>", "HTML"),
        ("<people>\n <person/></people>", "XML"),
        ("<html lang=en>", "HTML"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["export.txt", "export.csv", "export"])
def test_markup_is_refused_as_what_it_is(tmp_path, text, word, encoding, name):
    (tmp_path / name).write_bytes(text.encode(encoding))
    with pytest.raises(SourceError, match=word):
        dataset.open(tmp_path / name)


def test_a_pipe_and_a_device_are_not_opened(folder, tmp_path):
    os.mkfifo(folder / "pipe.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    found = missing(folder)
    assert "pipe" in found["pipe"].reason and "outside" in found["zero.csv"].reason
    for source in (folder / "pipe.csv", folder / "zero.csv", "/dev/zero"):
        with pytest.raises(SourceError, match="a pipe, a socket or a device"):
            dataset.open(source)


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.json.gz", "bomb.xlsx"])
def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(unpacked, "ALWAYS", 1_000_000)
    bomb = tmp_path / name
    if name.endswith("gz"):
        bomb.write_bytes(gzip.compress(b"1,jane\n" * 2_000_000))
    else:
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>" + " " * 9_000_000)
    with pytest.raises(SourceError, match="more than 100 times its size"):
        dataset.open(bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("zeros", [1, 700, 9_000, 3_000_000])
def test_a_file_filled_up_with_zeros_is_read_without_them(tmp_path, encoding, zeros):
    rows = "".join(f"{n},Zoë {n}\n" for n in range(30))
    (tmp_path / "pad.csv").write_bytes(f"id,name\n{rows}".encode(encoding) + bytes(zeros))
    with dataset.open(tmp_path / "pad.csv") as opened:
        assert opened.tables["pad"].columns == ("id", "name")
        (batch,) = opened.batches("pad")
        assert batch.to_pylist()[29] == {"id": "29", "name": "Zoë 29"} and batch.num_rows == 30


@pytest.mark.parametrize("page", ["cp037", "cp500", "cp273"])
def test_text_of_a_mainframe_is_refused(tmp_path, page):
    data = "".join(f"JANE ROE  {n:05} BERLIN jane.roe@example.org" for n in range(40)).encode(page)
    for name in ("dump.txt", "dump.csv", "dump"):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SourceError, match="EBCDIC"):
            dataset.open(tmp_path / name)


def test_a_file_whose_name_is_not_utf8_is_read_under_a_name_that_can_be_written(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")).write_text("id,colour\n1,blue\n2,red\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    audit = auditkit.audit(tmp_path)
    assert {column.table for column in audit.columns} == {r"caf\udce9"}
    assert audit.to_json().encode() and audit.to_html().encode()

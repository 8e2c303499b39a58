"""A file of any bytes is read, or is refused in one sentence that holds none of its values."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.dataset import SourceError
from tests.fuzz.mutations import broken, mutated

pytestmark = pytest.mark.fuzz

ROWS = [{"id": i, "name": f"Zoë {i}", "mail": f"zoe{i}@example.org", "at": "2024-01-01"} for i in range(20)]
FRAME = pd.DataFrame(ROWS)
CSV = FRAME.to_csv(index=False)


def parquet():
    buffer = io.BytesIO()
    FRAME.to_parquet(buffer)
    return buffer.getvalue()


def workbook():
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for row in [list(FRAME.columns), *FRAME.to_numpy().tolist()]:
        sheet.append(row)
    book.save(buffer)
    return buffer.getvalue()


def database():
    connection = sqlite3.connect(":memory:")
    FRAME.to_sql("people", connection, index=False)
    return connection.serialize()


SEEDS = {
    "csv": [CSV.encode(), CSV.encode("utf-16"), CSV.replace(",", ";").encode("latin-1")],
    "csv.gz": [gzip.compress(CSV.encode(), mtime=0)],
    "json": [json.dumps(ROWS).encode(), json.dumps({"people": ROWS}).encode()],
    "jsonl": ["\n".join(map(json.dumps, ROWS)).encode()],
    "parquet": [parquet()],
    "xlsx": [workbook()],
    "sqlite": [database()],
    "txt": [CSV.encode("utf-16-le"), b"2024-01-01 12:00:00 zoe@example.org logged in\n" * 9],
}


def profiled(place):
    try:
        with auditkit.open(place) as data:
            return auditkit.profile(data)
    except SourceError as error:
        assert "zoe" not in str(error).lower() and "Zoë" not in str(error)
        assert len(str(error)) < 500 and "\x1b" not in str(error)
        return None


@pytest.mark.parametrize("kind", SEEDS)
def test_a_damaged_file(kind, tmp_path_factory):
    place = tmp_path_factory.mktemp("file") / f"people.{kind}"

    @settings(max_examples=max(settings.default.max_examples // 4, 5))
    @given(broken(SEEDS[kind]))
    def holds(data):
        place.write_bytes(data)
        profiled(place)

    holds()


@settings(max_examples=max(settings.default.max_examples // 2, 5))
@given(
    text=mutated([CSV, CSV.replace(",", "\t"), "\n".join(map(json.dumps, ROWS))]),
    kind=st.sampled_from(["csv", "jsonl"]),
)
def test_a_text_with_mistakes(tmp_path_factory, text, kind):
    place = tmp_path_factory.mktemp("text") / f"people.{kind}"
    place.write_text(text, encoding="utf-8", errors="surrogatepass")
    profiled(place)

"""Whatever stands in the cells: no crash, no value in an error, exact counts of rows."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditkit.detection import explain, profile_batch

ODD = st.sampled_from([
    "\x00", "\u202eevil", "\ufeff", "\u00a0\u3000", "1e309", "-0", "NaN", "0001-01-01", "9999-12-31",
    "infinity", "٣١٤١٥", "+", "@", "a@b", "::", "((((", "[[[[", "{}", "null", "1" * 500, "1-" * 300, "ﬀ", "İ",
    "ß" * 60, "DE" + "9" * 34, "0x", "eyJ" * 40, "A" * 17, "$2b$", "://:@",
])  # fmt: skip
CELL = st.one_of(
    st.none(), ODD, st.text(max_size=40), st.from_regex(r"[0-9A-Za-z@.+ ()\-]{0,30}", fullmatch=True)
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=30), st.lists(CELL, max_size=30))
def test_any_text_is_profiled(name, cells):
    found = profile_batch("t", pa.RecordBatch.from_arrays([pa.array(cells, pa.string())], names=[name]))
    (verdict,) = found.columns
    assert verdict.rows == len(cells)
    assert 0 <= verdict.nulls <= verdict.rows
    assert 0 <= verdict.inside <= verdict.rows - verdict.nulls
    assert all(0 < n <= verdict.rows for n in verdict.contains.values())
    assert 0 <= verdict.confidence <= 1
    assert explain(found, "t", name)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=20))
def test_bytes_that_are_no_text_are_profiled(cells):
    data = b"".join(cells)
    offsets = [0]
    for cell in cells:
        offsets.append(offsets[-1] + len(cell))
    array = pa.StringArray.from_buffers(
        len(cells), pa.array(offsets, pa.int32()).buffers()[1], pa.py_buffer(data)
    )
    (verdict,) = profile_batch("t", pa.RecordBatch.from_arrays([array], names=["x"])).columns
    assert verdict.rows == len(cells)


@pytest.mark.parametrize(
    "cell",
    [
        "x" * 50_000_000,
        "4111 1111 1111 1111 " * 100_000,
        json.dumps({"a": "b"} | {str(i): "c" * 50 for i in range(20_000)}),
        "[" * 100_000 + "]" * 100_000,
        "(0" * 200_000,
        "a@" * 200_000,
    ],
    ids=["50 MB", "cards", "document", "nested", "brackets", "at signs"],
)
def test_one_enormous_cell_is_profiled(cell):
    found = profile_batch("t", pa.RecordBatch.from_pydict({"x": pa.array([cell, "b"])}))
    assert found.columns[0].rows == 2
    assert sum(len(value) for value in found.states["t", "x"].sample.texts()) < 10_000


def test_five_thousand_columns():
    wide = pa.RecordBatch.from_arrays(
        [pa.array(["a", "b"])] * 5000, names=[f"column {i}" for i in range(5000)]
    )
    assert len(profile_batch("t", wide).columns) == 5000

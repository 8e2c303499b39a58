from __future__ import annotations

import pickle
import random
from functools import reduce
from itertools import pairwise
from operator import add

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit.dataset
from auditkit.detection import Profile, profile, profile_batch

CELLS = st.one_of(
    st.none(), st.text(max_size=12),
    st.sampled_from(["", " ", "jane@example.org", "4111 1111 1111 1111", "4111 1111 1111 1112", "+41 44 668 18 00"]),
    st.from_regex(r"[0-9]{9,13}", fullmatch=True),
)  # fmt: skip


def batch(cells: list[str | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {"a": pa.array(cells, pa.string()), "b": pa.array([None if c is None else c[::-1] for c in cells], pa.string())}
    )


@settings(max_examples=60)
@given(st.lists(st.lists(CELLS, max_size=25), max_size=4), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(parts, rng):
    whole = profile_batch("t", batch([cell for part in parts for cell in part]))
    rng.shuffle(parts)
    merged = reduce(add, (profile_batch("t", batch(part)) for part in parts), Profile())
    if parts:
        assert merged == whole
        assert merged.columns == whole.columns


def test_the_law_holds_where_the_bounds_overflow():
    cells = [f"user{i % 15_000}@example.org" for i in range(30_000)] + [None, "", "-"] * 100
    whole = profile_batch("t", batch(cells))
    rng = random.Random(7)
    rng.shuffle(cells)
    cuts = [0, *sorted(rng.sample(range(len(cells)), 5)), len(cells)]
    parts = [profile_batch("t", batch(cells[a:b])) for a, b in pairwise(cuts)]
    assert reduce(add, reversed(parts)) == whole
    state = whole.states["t", "a"]
    assert (len(state.sample), len(state.found["EMAIL_ADDRESS"].values)) == (4096, 10_000)
    assert state.found["EMAIL_ADDRESS"].cells == 30_000
    assert (state.rows, state.nulls) == (30_300, 200)


def test_every_cell_is_read():
    notes = [f"The customer of order {i} asked again about the delivery and the invoice." for i in range(40_000)]
    notes[31_234] += " Her card is 4111 1111 1111 1111."
    with auditkit.dataset.open({"orders": pd.DataFrame({"note": notes})}) as dataset:
        (verdict,) = profile(dataset).columns
    assert (verdict.entity, verdict.verdict, verdict.contains["CREDIT_CARD"]) == ("FREE_TEXT", "likely", 1)


def test_nothing_shows_a_value_and_it_crosses_processes():
    found = profile_batch("t", batch(["jane@example.org", "+41 44 668 18 00"]))
    restored = pickle.loads(pickle.dumps(found))
    assert restored == found
    for text in (repr(found), repr(found.states), repr(found.columns), found._repr_html_(), str(found.to_pandas())):
        assert "jane" not in text
        assert "668" not in text


def test_a_table_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "good.csv").write_text("email\nann@example.org\nbob@example.org\n")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no parquet")
    with auditkit.dataset.open(tmp_path) as dataset:
        found = profile(dataset)
    assert [v.entity for v in found.columns] == ["EMAIL_ADDRESS"]
    assert "bad" in found.failed


def test_empty_tables_keep_their_columns_and_progress_is_told():
    seen = []
    with auditkit.dataset.open(
        {"users": pd.DataFrame({"email": pd.Series([], dtype="str"), "n": pd.Series([], dtype="int64")})}
    ) as dataset:
        found = profile(dataset, progress=lambda *args: seen.append(args))
    assert [(v.column, v.verdict, v.rows) for v in found.columns] == [("email", "empty", 0), ("n", "none", 0)]
    assert seen == [("users", 0, 1), ("", 1, 1)]


@pytest.mark.parametrize(
    "cells",
    [
        pa.array(["x" * 5_000_000, "a@b.example " * 100_000]),
        pa.array(["\x00\x01\x02", "\u202e\ufeff", "🧪" * 40]),
        pa.array([b"\xff\xfe\x00", None]),
        pa.array([[1, 2], None]),
        pa.array([None, None]),
        pa.array(["a", None, "a"]).dictionary_encode(),
        pa.array([1, 2, None]),
        pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xff1")),
        pa.array(["(" * 3000, "1-" * 5000, "9" * 20_000, "@" * 9000]),
    ],
)
def test_hostile_cells_are_profiled(cells):
    found = profile_batch("t", pa.RecordBatch.from_arrays([cells], names=["x"]))
    assert found.columns[0].rows == len(cells)

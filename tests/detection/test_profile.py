from __future__ import annotations

import json
import pickle
import random
from dataclasses import asdict
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise
from operator import add

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
import auditkit.dataset
from auditkit.detection import ColumnVerdict, NamesModel, Profile, profile, profile_batch
from auditkit.detection.column import TELLING, ColumnState
from auditkit.outcome import Cause, Missing

CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "jane@example.org", "4111 1111 1111 1111", "4111 1111 1111 1112", "+41 44 668 18 00"]
    ),
    st.from_regex(r"[0-9]{9,13}", fullmatch=True),
)


def batch(cells: list[str | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "a": pa.array(cells, pa.string()),
            "b": pa.array([None if c is None else c[::-1] for c in cells], pa.string()),
        }
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


def test_the_law_holds_where_hardly_a_value_occurs_twice():
    cells = [f"user{i}@example.org, born on {1950 + i % 50}-03-0{1 + i % 9}" for i in range(40_000)] + [
        None,
        "",
        " ",
    ] * 20
    cells += cells[:30] + ["4111 1111 1111 1111, jane@example.org"] * 3
    random.Random(3).shuffle(cells)
    whole = profile_batch("t", batch(cells))
    parts = [profile_batch("t", batch(cells[at : at + 7_000])) for at in range(0, len(cells), 7_000)]
    assert reduce(add, parts) == whole
    assert whole.states["t", "a"].found["EMAIL_ADDRESS"].cells == 40_033


def test_every_cell_is_read():
    notes = [
        f"The customer of order {i} asked again about the delivery and the invoice." for i in range(40_000)
    ]
    notes[31_234] += " Her card is 4111 1111 1111 1111."
    with auditkit.dataset.open({"orders": pd.DataFrame({"note": notes})}) as dataset:
        (verdict,) = profile(dataset).columns
    assert (verdict.entity, verdict.verdict, verdict.contains["CREDIT_CARD"]) == ("FREE_TEXT", "likely", 1)


def test_nothing_shows_a_value_and_it_crosses_processes():
    found = profile_batch("t", batch(["jane@example.org", "+41 44 668 18 00"]))
    restored = pickle.loads(pickle.dumps(found))
    assert restored == found
    for text in (
        repr(found),
        repr(found.states),
        repr(found.columns),
        found._repr_html_(),
        str(found.to_pandas()),
    ):
        assert "jane" not in text
        assert "668" not in text


def test_a_table_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "good.csv").write_text("email\nann@example.org\nbob@example.org\n")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no parquet")
    with auditkit.dataset.open(tmp_path) as dataset:
        found = profile(dataset)
    assert [v.entity for v in found.columns] == ["EMAIL_ADDRESS"]
    assert "bad" in found.failed


def test_empty_tables_keep_their_columns_and_progress_is_reported():
    seen = []
    with auditkit.dataset.open(
        {"users": pd.DataFrame({"email": pd.Series([], dtype="str"), "n": pd.Series([], dtype="int64")})}
    ) as dataset:
        found = profile(dataset, progress=lambda *args: seen.append(args))
    assert [(v.column, v.verdict, v.rows) for v in found.columns] == [("email", "empty", 0), ("n", "none", 0)]
    assert seen == [("personal data: users", 0, 1), ("personal data", 1, 1)]


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


def test_columns_without_text_are_sampled_where_they_lie_and_judged_alike():
    """Of 50,000 rows and more, a query takes a sample; fewer rows are read. Both give the same profile."""
    n = 60_000
    frame = pd.DataFrame(
        {
            "email": [f"user{i % 500}@example.org" for i in range(n)],
            "birth_date": [date(1950, 1, 1) + timedelta(days=i % 9000) for i in range(n)],
            "created_at": pd.to_datetime([1_600_000_000 + i for i in range(n)], unit="s"),
            "active": [i % 3 == 0 for i in range(n)],
            "age": [18 + i % 60 for i in range(n)],
            "salary": [1000.5 + i for i in range(n)],
            "card": [4111111111111111 if i == 77 else i for i in range(n)],
        }
    )
    with auditkit.dataset.open(frame) as dataset:
        whole = profile(dataset)
    with (
        auditkit.dataset.open({"data": frame.head(n // 2)}) as first,
        auditkit.dataset.open({"data": frame.tail(n // 2)}) as second,
    ):
        parts = profile(first) + profile(second)
    summary = lambda found: {
        v.column: (v.entity, v.verdict, v.rows, v.nulls, v.contains) for v in found.columns
    }
    assert summary(whole) == summary(parts)
    assert summary(whole)["card"][-1] == {"CREDIT_CARD": 1}
    assert [v.column for v in whole.columns] == list(frame.columns)
    for column in ("active", "age"):
        assert whole.states["data", column] == parts.states["data", column]


def test_a_users_pattern_is_looked_for_whatever_the_type(tmp_path):
    stamp = "{entity: STAMP, category: user.unique_id, patterns: ['2020-01-01 00:00:0[0-9]']}"
    policy = auditkit.Policy.parse("{version: 1, name: T, detection: {recognizers: [" + stamp + "]}}")
    frame = pd.DataFrame({"at": pd.to_datetime([1_577_836_800 + i for i in range(60_000)], unit="s")})
    with auditkit.dataset.open(frame) as dataset:
        (verdict,) = profile(dataset, policy=policy).columns
    assert verdict.contains == {"STAMP": 10}


NUMBERS = st.one_of(
    st.integers(1 - TELLING, TELLING - 1).map(str),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x % 1 != 0).map(repr),
    st.decimals(-(10**12), 10**12, places=4).filter(lambda x: x % 1 != 0).map(str),
)


@settings(max_examples=300)
@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_nothing_is_found_in_numbers_that_are_not_telling(cells):
    """A search through all cells of such columns would find nothing either."""
    assert not any(
        found.cells
        for found in ColumnState.of(0, pa.array(cells, pa.large_string())).inside.entities.values()
    )


def test_a_wide_table_keeps_the_order_of_its_columns():
    frame = pd.DataFrame({f"c{i}": ["a@example.org" if i == 199 else "x"] * 3 for i in range(200)})
    with auditkit.dataset.open(frame) as dataset:
        found = profile(dataset).columns
    assert [v.column for v in found] == list(frame.columns)
    assert [v.column for v in found if v.entity == "EMAIL_ADDRESS"] == ["c199"]


def test_a_verdict_and_the_names_model_are_read_back_as_they_were_written():
    cells = ["jane@example.org", "write to ann@example.org", None]
    for verdict in profile_batch("t", batch(cells)).columns:
        written = json.loads(json.dumps(verdict.to_dict()))
        assert written == {**asdict(verdict), "paths": []} and list(written) == list(asdict(verdict))
        assert ColumnVerdict.from_dict(written) == verdict
    for names in (NamesModel(ran=True), NamesModel.missing()):
        assert NamesModel.from_dict(names.to_dict()) == names == NamesModel.from_note(names.sentence)


def test_what_the_names_model_saw_is_a_field_of_the_verdict_and_part_of_its_evidence():
    people = ("Maria Kovac", "John Miller", "Elena Rossi", "Peter Schmidt")
    texts = [f"{name} asked when the parcel of last week would finally arrive." for name in people]
    (found,) = auditkit.profile(pd.DataFrame({"body": texts})).columns
    assert found.entity == "FREE_TEXT"
    assert found.names_seen == "" or found.names_seen in found.evidence
    assert ("names of people" in found.evidence) == (found.names_seen != "")


def test_a_table_has_its_verdicts_or_the_reason_why_not():
    missing = Missing(Cause.NO_RIGHT, "no right to read")
    found = profile_batch("t", batch(["jane@example.org"])) + Profile(failed={"closed": missing})
    columns = found.of_table("t")
    assert {name: verdict.entity for name, verdict in columns.items()} == {"a": "EMAIL_ADDRESS", "b": None}
    assert found.of_table("closed") is missing

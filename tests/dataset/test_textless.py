"""Columns that can hold no text are sampled where they lie, and every count of the sample is exact."""

from __future__ import annotations

import datetime
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit.dataset as dataset

CAPACITY, TELLING = 50, 100_000
DAY = datetime.datetime(2020, 1, 1)


def drawn(frame):
    with dataset.open(frame) as opened:
        return {found.column: found for found in opened.smallest("data", capacity=CAPACITY, telling=TELLING)}


def as_text(frame, column):
    with dataset.open(frame) as opened:
        batches = opened.batches("data", columns=[column])
        return Counter(cell for batch in batches for cell in batch.column(0).to_pylist() if cell is not None)


@settings(max_examples=40)
@given(
    st.lists(
        st.none() | st.integers(0, 400).map(lambda n: DAY + datetime.timedelta(hours=n)),
        min_size=1,
        max_size=400,
    ),
    st.randoms(use_true_random=False),
)
def test_the_values_with_the_smallest_hashes_and_their_counts(cells, rng):
    frame = pd.DataFrame({"at": pd.to_datetime(pd.Series(cells))})
    found, counts = drawn(frame)["at"], as_text(frame, "at")
    assert (found.rows, found.filled) == (len(cells), sum(counts.values()))
    assert dict(zip(found.values.to_pylist(), found.counts.tolist(), strict=True)).items() <= counts.items()
    assert len(found.values) == min(len(counts), CAPACITY)
    assert found.complete == (len(counts) < CAPACITY)
    assert (np.diff(found.hashes.astype(object)) > 0).all()
    shuffled = drawn(frame.sample(frac=1, random_state=rng.randrange(1000)))["at"]
    assert shuffled.values.equals(found.values), "which values are drawn depends on the set of values alone"


@pytest.mark.parametrize("copies", [1, 7, 2000])
def test_the_bound_rises_until_the_values_are_enough(copies):
    days = pd.Series([DAY + datetime.timedelta(days=n) for n in range(CAPACITY + 1)] * copies)
    found = drawn(pd.DataFrame({"day": days}))["day"]
    assert (len(found.values), set(found.counts.tolist()), found.complete) == (CAPACITY, {copies}, False)


def test_numbers_are_drawn_where_none_is_telling():
    n = 200
    frame = pd.DataFrame(
        {
            "age": np.arange(n) % 90,
            "price": np.arange(n) + 0.25,
            "missing": [np.nan, 1.0] * (n // 2),
            "endless": [np.inf, -np.inf] * (n // 2),
            "lowest": [-(2**63)] + [1] * (n - 1),
            "card": [4111111111111111.0] + [0.5] * (n - 1),
            "order": np.arange(n) + 99_900,
            "negative": [-100_000] + [5] * (n - 1),
            "note": ["x"] * n,
        }
    )
    assert set(drawn(frame)) == {"age", "price", "missing", "endless"}


def test_columns_with_nothing_in_them():
    frame = pd.DataFrame({"at": pd.to_datetime(pd.Series([None, None])), "ok": [True, None]})
    found = drawn(frame)
    assert (found["at"].rows, found["at"].filled, len(found["at"].values), found["at"].complete) == (
        2,
        0,
        0,
        True,
    )
    assert found["ok"].values.to_pylist() == ["true"]


def test_which_columns_need_no_search(source):
    rows = [
        {"id": n, "email": "a@example.org", "seen": DAY, "born": DAY.date(), "active": True} for n in range(3)
    ]
    with dataset.open(source({"people": rows})) as opened:
        found = opened.relations["people"].textless
    assert found == (frozenset() if opened.dialect == "sqlite" else {"seen", "born", "active"}), (
        "SQLite stores anything in any column"
    )


@pytest.mark.parametrize("distinct", [3, CAPACITY - 1, CAPACITY, 400])
def test_every_engine_draws_what_a_stream_would_hold(source, distinct):
    rows = [
        {
            "id": n,
            "note": "x",
            "seen": None if n % 7 == 0 else DAY + datetime.timedelta(hours=n * n % distinct),
            "born": DAY.date() + datetime.timedelta(days=n % distinct),
            "active": n % 3 == 0,
            "never": None if n else DAY.date(),
        }
        for n in range(900)
    ]
    with dataset.open(source({"people": rows})) as opened:
        found = {s.column: s for s in opened.smallest("people", capacity=CAPACITY, telling=1)}
        assert set(found) - {"id"} == (
            set() if opened.dialect == "sqlite" else {"seen", "born", "active", "never"}
        )
        for column, sampled in found.items():
            batches = opened.batches("people", columns=[column])
            counts = Counter(
                cell for batch in batches for cell in batch.column(0).to_pylist() if cell is not None
            )
            assert (sampled.rows, sampled.filled) == (900, sum(counts.values())), column
            assert len(sampled.values) == min(len(counts), CAPACITY), column
            assert (
                dict(zip(sampled.values.to_pylist(), sampled.counts.tolist(), strict=True)).items()
                <= counts.items()
            )
            assert sampled.complete == (len(counts) < CAPACITY)
            assert (np.diff(sampled.hashes.astype(object)) > 0).all()


def test_what_has_to_be_read_as_a_whole_is_not_drawn(tmp_path):
    pd.DataFrame({"born": [DAY.date()], "id": [1]}).to_csv(tmp_path / "people.csv", index=False)
    pd.DataFrame({"born": [DAY.date()], "id": [1]}).to_parquet(tmp_path / "shops.parquet")
    with dataset.open(tmp_path) as opened:
        assert {n: r.drawable for n, r in opened.relations.items()} == {
            "people": frozenset(),
            "shops": {"born", "id"},
        }

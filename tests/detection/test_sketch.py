from __future__ import annotations

import pickle
from collections import Counter
from functools import reduce
from operator import add

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.sketch import VALUE_BYTES, Sketch, binary, hash64

values = st.lists(st.text(max_size=20), max_size=60)


def sketch(cells: list[str], capacity: int = 8) -> Sketch:
    return Sketch.of(pa.array(cells, pa.large_string()), np.ones(len(cells), np.int64), capacity)


@given(st.lists(values, max_size=5), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(parts, random):
    whole = sketch([cell for part in parts for cell in part])
    random.shuffle(parts)
    assert reduce(add, map(sketch, parts), Sketch.empty(8)) == whole


@given(values)
def test_counts_are_exact(cells):
    kept = sketch(cells)
    assert dict(zip(kept.texts(), kept.counts.tolist(), strict=True)).items() <= Counter(cells).items()
    assert len(kept) == min(8, len(set(cells)))


@given(values, st.integers(0, 3))
def test_a_hash_is_of_the_value_alone(cells, skip):
    array = pa.array(["other"] * skip + cells, pa.large_string())
    assert hash64(binary(array.slice(skip))).tolist() == [
        int(hash64(binary(pa.array([c], pa.large_string())))[0]) for c in cells
    ]


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 1023, 1024, 1025, 5000])
def test_the_last_byte_matters(length):
    a, b = hash64(binary(pa.array(["x" * length + "a", "x" * length + "b"], pa.large_string())))
    assert a != b


def test_distinct_is_estimated_beyond_the_capacity():
    assert sketch([str(i) for i in range(50_000)], 1000).distinct == pytest.approx(50_000, rel=0.1)
    assert sketch(["a", "b", "a"]).distinct == 2


def test_long_values_are_cut_and_stay_different():
    kept = sketch(["x" * 3_000_000 + "a", "x" * 3_000_000 + "b"])
    assert len(kept) == 2
    assert [len(text) for text in kept.texts()] == [VALUE_BYTES] * 2


def test_it_crosses_processes_and_shows_nothing():
    kept = sketch(["jane@example.org"])
    assert pickle.loads(pickle.dumps(kept)) == kept
    assert "jane" not in repr(kept)

"""A search looks first for what most values are; that changes how long it takes, and not what it finds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.detection import search as module
from auditkit.detection.found import Distinct, Inside, found, found_in_each
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.sketch import binary, hash64

_KINDS = (
    st.from_regex(r"\A[a-z]{1,6}\.[a-z]{1,6}[0-9]{0,2}@[a-z]{2,8}\.(?:org|com)\Z"),
    st.from_regex(r"\A[0-9]{3}-[0-9]{2}-[0-9]{4}\Z"),
    st.from_regex(r"\A[1-9][0-9]?\.[0-9]{1,2}\.[0-9]{1,2}\.[1-9]\Z"),
    st.from_regex(r"\A\([2-9][0-9]{2}\) [2-9][0-9]{2}-[0-9]{4}\Z"),
    st.from_regex(r"\A4[0-9]{3}(?: [0-9]{4}){3}\Z"),
    st.from_regex(r"\A[0-9]{1,13}(?:\.0)?\Z"),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
)
_PIECES = st.one_of(
    *_KINDS,
    st.sampled_from(
        ["call", "mail", "at", ",", "ID:", "4111 1111 1111 1111", "ana@example.org", "078-05-1120"]
    ),
)
_SENTENCES = st.lists(_PIECES, min_size=1, max_size=4).map(" ".join)


def _search(values: list[str]) -> Inside:
    return found(pa.array(values, pa.large_string()), np.arange(1, len(values) + 1), FAMILIES)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(_KINDS).flatmap(lambda kind: st.lists(kind, min_size=4, max_size=40, unique=True)),
    st.lists(_SENTENCES, max_size=12),
)
def test_what_most_values_are_changes_nothing_that_is_found(most: list[str], others: list[str]) -> None:
    values = list(dict.fromkeys(most + others))
    at_once = _search(values)
    first, module._FIRST = module._FIRST, 2
    try:
        routed = _search(values)
    finally:
        module._FIRST = first
    assert routed.entities.keys() == at_once.entities.keys()
    for entity, there in at_once.entities.items():
        here = routed.entities[entity]
        assert (here.cells, here.tried, here.bare, here.bare_tried) == (
            there.cells,
            there.tried,
            there.bare,
            there.bare_tried,
        ), entity
        assert here.values == there.values, entity
    assert routed.together == at_once.together


@settings(max_examples=60, deadline=None)
@given(st.lists(_SENTENCES, min_size=1, max_size=30, unique=True))
def test_a_value_holds_what_it_holds_whatever_stands_beside_it(values: list[str]) -> None:
    together = _search(values)
    alone = Inside()
    for at, value in enumerate(values):
        alone += found(pa.array([value], pa.large_string()), np.array([at + 1]), FAMILIES)
    assert {e: (f.cells, f.tried, f.values) for e, f in alone.entities.items()} == {
        e: (f.cells, f.tried, f.values) for e, f in together.entities.items()
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_SENTENCES, max_size=8, unique=True), min_size=2, max_size=5))
def test_columns_that_are_searched_together_hold_what_each_holds_alone(columns: list[list[str]]) -> None:
    arrays = [pa.array(values, pa.large_string()) for values in columns]
    together = found_in_each(
        [Distinct(each, np.arange(1, len(each) + 1), hash64(binary(each))) for each in arrays], FAMILIES
    )
    for values, inside in zip(columns, together, strict=True):
        alone = _search(values)
        assert inside.entities == alone.entities
        assert inside.together == alone.together

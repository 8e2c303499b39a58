from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.scanners.reidentification.unique_combination import LARGEST, minimal_uniques
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Study, tables: {people: {quasi_identifiers: [born, postal_code, gender]}}}"
CROWD = [
    {"born": f"{y}-0{m}-15", "postal_code": c, "gender": g}
    for y in (1960, 1970) for m in (1, 2) for c in ("1010", "1020") for g in "fm" for _ in range(2)
]  # fmt: skip


def unique(source, rows, policy=POLICY):
    parsed = auditkit.Policy.parse(policy)
    return auditkit.audit(
        source({"people": rows}), parsed, checks=["reidentification-unique-combination"], strict=True
    )


def test_nobody_alone_passes(source):
    assert [o.table for o in unique(source, CROWD).passed] == ["people"]


def test_who_is_alone_is_found_with_what_helps(source):
    alone = [
        {"born": "1960-03-15", "postal_code": "1010", "gender": "f"},
        {"born": "1970-03-15", "postal_code": "1020", "gender": "m"},
    ]
    (found,) = unique(source, CROWD + alone).findings
    assert (found.rows, found.of, found.severity.value) == (2, 34, "low")
    expected = {
        "most": "born",
        "best": "born_by_year",
        "combinations": 1,
        "largest_size": 3,
        "in_born": 1,
        "in_gender": 0,
        "alone": 2,
    }
    assert {name: found.detail[name] for name in expected} == expected
    assert found.detail["alone_born_by_year"] == 0
    assert found.detail["alone_gender_left_out"] == 2
    assert found.detail["classes_per_row_born_by_year"] == round(8 / 34, 6)
    coarser = [{**r, "born": r["born"][:4]} for r in CROWD + alone]
    assert unique(source, coarser).findings == ()


def test_two_columns_that_are_harmless_by_themselves(source):
    """Nobody is alone by postal code or by gender, and one is by both; an empty cell is a value."""
    rows = [
        {"postal_code": c, "gender": g}
        for c, g in [("1", "f"), ("1", "f"), ("2", "m"), ("2", "m"), ("1", "m"), (None, "f"), (None, "f")]
    ]
    (found,) = unique(source, rows, POLICY.replace("born, ", "")).findings
    assert (
        found.rows,
        found.detail["combinations"],
        found.detail["in_gender"],
        found.detail["in_postal_code"],
    ) == (1, 1, 1, 1)


@on_one_engine
def test_it_is_high_where_the_table_is_published(source):
    published = POLICY.replace("gender]", "gender], disclosure: {published: true}")
    (found,) = unique(
        source, [*CROWD, {"born": "1999-01-01", "postal_code": "1010", "gender": "f"}], published
    ).findings
    assert found.severity.value == "high"


@on_one_engine
def test_who_is_alone_in_the_table_is_alone(source):
    (found,) = unique(source, CROWD[:1]).findings
    assert (found.rows, found.of, found.detail["combinations"]) == (1, 1, 0)


@on_one_engine
def test_combinations_that_took_too_long_are_not_passed(source, monkeypatch):
    """Nobody is alone in one column, and one is in two, which were not looked at."""
    rows = [
        {"postal_code": c, "gender": g}
        for c, g in [("1", "f"), ("1", "f"), ("2", "m"), ("2", "m"), ("1", "m")]
    ]
    policy = POLICY.replace("born, ", "")
    assert len(unique(source, rows, policy).findings) == 1
    monkeypatch.setattr(minimal_uniques, "__defaults__", (LARGEST, 2 * 3))
    (outcome,) = unique(source, rows, policy).not_assessed
    assert (outcome.cause, "1 of 2" in outcome.reason) == ("budget", True)


def by_hand(rows, largest):
    """Return the minimal uniques of rows, straight from their definition."""
    columns = range(len(rows[0]))
    chosen = [c for size in range(1, largest + 1) for c in combinations(columns, size)]
    seen = {c: Counter(tuple(row[i] for i in c) for row in rows) for c in chosen}
    alone = [{c for c in chosen if seen[c][tuple(row[i] for i in c)] == 1} for row in rows]
    minimal = [{c for c in own if not any(set(p) < set(c) for p in own)} for own in alone]
    return Counter(c for own in minimal for c in own), [bool(own) for own in alone]


CELL = st.one_of(st.none(), st.integers(0, 2))


@settings(max_examples=150)
@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.tuples(*[CELL] * n), min_size=2, max_size=30)))
def test_minimal_uniques_are_those_of_the_definition(rows):
    counted = Counter(rows)
    tuples = list(counted)
    codes = [
        pd.factorize(pd.Series([t[i] for t in tuples], dtype="Int64"), use_na_sentinel=False)[0].astype(
            np.int64
        )
        for i in range(len(rows[0]))
    ]
    found = minimal_uniques(codes, np.asarray([counted[t] for t in tuples]))
    counts, alone = by_hand(rows, min(LARGEST, len(rows[0])))
    assert found.counts == counts
    assert {t for t, flag in zip(tuples, found.alone, strict=True) if flag} == {
        r for r, flag in zip(rows, alone, strict=True) if flag
    }


def test_what_would_take_too_long_is_left_out():
    rows = np.arange(64)
    codes = [(rows >> bit) & 1 for bit in range(6)]
    counts = np.ones(64, dtype=np.int64)
    assert minimal_uniques(codes, counts, largest=6).largest == 6
    assert minimal_uniques(codes, counts, largest=6, work=64 * (6 + 15)).largest == 2

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from tests.engines import on_one_engine

TABLE = "subject: {type: patient, key: person}, quasi_identifiers: [city, month], k: 2"
POLICY = f"{{version: 1, name: Study, tables: {{visits: {{{TABLE}}}}}}}"


def visits(*paths):
    return [{"person": n, "city": c, "month": m} for n, path in enumerate(paths, 1) for c, m in path]


def alone(source, rows, policy=POLICY):
    parsed = auditkit.Policy.parse(policy)
    return auditkit.audit(
        source({"visits": rows}), parsed, checks=["reidentification-low-person-k"], strict=True
    )


BERN_THEN_BASEL = (("Bern", 1), ("Basel", 2))


def test_persons_with_the_same_rows_in_any_order_pass(source):
    rows = visits(
        BERN_THEN_BASEL,
        tuple(reversed(BERN_THEN_BASEL)),
        (("Bern", 1), ("Bern", 1)),
        (("Bern", 1), ("Bern", 1)),
    )
    assert [(o.table, o.of) for o in alone(source, rows).passed] == [("visits", 8)]


def test_a_person_whose_rows_nobody_shares_is_found_until_made_coarser(source):
    crowd = visits(BERN_THEN_BASEL, BERN_THEN_BASEL, (("Bern", 1), ("Bern", 1)), (("Bern", 1), ("Basel", 1)))
    (found,) = alone(source, crowd).findings
    assert (found.rows, found.of, found.subjects) == (4, 8, 2)
    expected = {
        "persons": 4,
        "smallest_class": 1,
        "classes": 3,
        "classes_1": 2,
        "classes_2": 1,
        "most_rows": 2,
        "k": 2,
    }
    assert {name: found.detail[name] for name in expected} == expected
    assert alone(source, [{**r, "city": "CH", "month": 1} for r in crowd]).findings == ()


def test_how_often_counts(source):
    """Two persons with the same places, one of whom was at one of them twice, are not alike."""
    rows = visits(
        (("Bern", 1), ("Basel", 1)), (("Bern", 1), ("Bern", 1), ("Basel", 1)), (("Bern", 1), ("Basel", 1))
    )
    (found,) = alone(source, rows).findings
    assert (found.rows, found.subjects) == (3, 1)


def test_empty_cells_are_values_and_rows_of_nobody_are_left_out(source):
    rows = visits((("Bern", None), ("Bern", 1)), ((None, 1), ("Bern", 1)), (("Bern", None), ("Bern", 1)))
    (found,) = alone(source, [*rows, {"person": None, "city": "Chur", "month": 9}]).findings
    assert (found.rows, found.of, found.subjects) == (2, 6, 1)


@on_one_engine
def test_where_everybody_has_one_row_it_is_low_k(source):
    (blind,) = alone(source, visits((("Bern", 1),), (("Basel", 1),))).not_assessed
    assert blind.cause == "not_applicable"


@on_one_engine
def test_without_a_promise_it_is_low(source):
    rows = visits(BERN_THEN_BASEL, (("Chur", 1), ("Chur", 2)))
    severity = lambda policy: alone(source, rows, policy).findings[0].severity.value
    assert severity(POLICY) == "high"
    assert severity(POLICY.replace(", k: 2", "")) == "low"
    assert severity(POLICY.replace("k: 2", "anonymous: true")) == "high"


CELL = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
ROWS = st.lists(
    st.tuples(st.integers(1, 6), CELL, st.one_of(st.none(), st.integers(0, 2))), min_size=2, max_size=40
)


@settings(max_examples=60)
@given(ROWS)
def test_it_counts_as_by_hand(rows):
    frame = pd.DataFrame(
        {
            "person": [p for p, _, _ in rows],
            "city": [c for _, c, _ in rows],
            "month": pd.array([m for *_, m in rows], "Int64"),
        }
    )
    audit = auditkit.audit(
        {"visits": frame},
        auditkit.Policy.parse(POLICY),
        checks=["reidentification-low-person-k"],
        strict=True,
    )
    multisets = {p: frozenset(Counter((c, m) for q, c, m in rows if q == p).items()) for p, *_ in rows}
    alike = Counter(multisets.values())
    lonely = {p for p, of in multisets.items() if alike[of] < 2}
    if len(multisets) == len(rows):
        assert audit.not_assessed
    elif lonely:
        (found,) = audit.findings
        assert (found.rows, found.subjects) == (sum(p in lonely for p, *_ in rows), len(lonely))
        assert found.detail["classes"] == len(alike)
    else:
        assert audit.passed

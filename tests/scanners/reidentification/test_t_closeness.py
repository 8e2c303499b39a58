from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.scanners.reidentification.t_closeness import distances
from tests.engines import on_one_engine

POLICY = (
    "{version: 1, name: Study, tables: {people: {quasi_identifiers: [city], sensitive: [SENSITIVE],"
    " disclosure: {t: 0.2}}}}"
)


def far(source, rows, column):
    policy = auditkit.Policy.parse(POLICY.replace("SENSITIVE", column))
    return auditkit.audit(
        source({"people": rows}), policy, checks=["reidentification-t-closeness"], strict=True
    )


def of(**cities):
    return [{"city": city, "value": v} for city, values in cities.items() for v in values]


def test_classes_like_the_table_pass(source):
    assert [o.columns for o in far(source, of(Bern=[10, 20, 30], Basel=[30, 20, 10]), "value").passed] == [
        ("value",)
    ]


def test_a_class_at_one_end_is_found_until_mixed(source):
    rows = of(Bern=[10, 20, 30, 40], Basel=[50, 60, 70, 80])
    (found,) = far(source, rows, "value").findings
    assert (
        found.rows,
        found.of,
        found.detail["classes"],
        found.detail["ordered"],
        found.detail["values"],
    ) == (8, 8, 2, True, 8)
    assert found.detail["largest_distance"] == pytest.approx(
        2 / 7, abs=1e-6
    )  # 4 of 8 values, each four places off, over 7, by half
    assert far(source, of(Bern=[10, 40, 50, 80], Basel=[20, 30, 60, 70]), "value").findings == ()


@on_one_engine
def test_values_without_order_are_all_as_far_from_each_other(source):
    rows = of(Bern=["flu"] * 4, Basel=["flu", "flu", "cold", "cold"])
    (found,) = far(source, rows, "value").findings
    assert (found.rows, found.detail["ordered"], found.detail["largest_distance"]) == (8, False, 0.25)


def test_an_empty_cell_is_a_value(source):
    (found,) = far(source, of(Bern=[None, None, "flu"], Basel=["flu", "flu", "flu"]), "value").findings
    assert (found.rows, found.detail["values"]) == (6, 2)


@on_one_engine
def test_without_a_t_nothing_is_claimed(source):
    policy = auditkit.Policy.parse(POLICY.replace(", disclosure: {t: 0.2}", "").replace("SENSITIVE", "value"))
    audit = auditkit.audit(
        source({"people": of(Bern=[1])}), policy, checks=["reidentification-t-closeness"], strict=True
    )
    assert [o.cause for o in audit.not_assessed] == ["undeclared"]


PAIRS = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 7)), st.integers(1, 9), min_size=1)


@settings(max_examples=200)
@given(PAIRS, st.booleans())
def test_distances_are_those_of_the_definition(pairs, ordered):
    classes = sorted({c for c, _ in pairs})
    values = sorted({v for _, v in pairs})
    keys = [(classes.index(c), values.index(v)) for c, v in pairs]
    found = distances(
        np.array([c for c, _ in keys]),
        np.array([v for _, v in keys]),
        np.array(list(pairs.values())),
        ordered=ordered,
    )
    whole = Counter()
    for (_, v), n in pairs.items():
        whole[v] += n
    for i, c in enumerate(classes):
        own = {v: n for (d, v), n in pairs.items() if d == c}
        difference = np.array(
            [own.get(v, 0) / sum(own.values()) - whole[v] / sum(whole.values()) for v in values]
        )
        by_hand = (
            np.abs(np.cumsum(difference)).sum() / max(1, len(values) - 1)
            if ordered
            else 0.5 * np.abs(difference).sum()
        )
        assert found[i] == pytest.approx(by_hand, abs=1e-9)

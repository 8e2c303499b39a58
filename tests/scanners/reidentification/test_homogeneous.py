from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = (
    "{version: 1, name: Study, tables: {people: {quasi_identifiers: [postal_code], sensitive: [diagnosis], l:"
    " 2}}}"
)
MIXED = [{"postal_code": c, "diagnosis": d} for c in ("1010", "1020") for d in ("flu", "cold", "flu")]


def alike(source, rows, policy=POLICY):
    return auditkit.audit(
        source({"people": rows}),
        auditkit.Policy.parse(policy),
        checks=["reidentification-homogeneous"],
        strict=True,
    )


def test_classes_with_different_values_pass(source):
    assert [(o.table, o.columns, o.of) for o in alike(source, MIXED).passed] == [
        ("people", ("diagnosis",), 6)
    ]


def test_a_class_with_one_value_is_found_until_generalised(source):
    same = [{"postal_code": "9999", "diagnosis": "hiv"}] * 4
    (found,) = alike(source, MIXED + same).findings
    assert (found.columns, found.rows, found.of, found.detail["fewest_values"], found.detail["classes"]) == (
        ("diagnosis",),
        4,
        10,
        1,
        1,
    )
    assert alike(source, MIXED + [{**r, "postal_code": "1010"} for r in same]).findings == ()


def test_an_empty_cell_is_a_value_in_both_roles(source):
    rows = [*MIXED, {"postal_code": None, "diagnosis": "flu"}, {"postal_code": None, "diagnosis": None}]
    assert alike(source, rows).findings == ()
    (found,) = alike(source, [*MIXED, *[{"postal_code": None, "diagnosis": None}] * 3]).findings
    assert found.rows == 3


@on_one_engine
def test_l_is_the_policy_s(source):
    (found,) = alike(source, MIXED, POLICY.replace("l: 2", "l: 3")).findings
    assert (found.rows, found.detail["l"]) == (6, 3)

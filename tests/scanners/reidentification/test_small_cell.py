from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from auditkit.policy import PolicyError
from tests.engines import on_one_engine

TABLE = "{disclosure: {cells: {count: cases, by: [region, sex], total: all}}}"
POLICY = f"{{version: 1, name: Report, tables: {{counts: {TABLE}}}}}"


def table(**cells):
    return [
        {"region": r, "sex": s, "cases": n}
        for r, row in cells.items()
        for s, n in zip(("f", "m", "all"), row, strict=True)
    ]


def small(source, rows, policy=POLICY, **others):
    audit = auditkit.audit(
        source({"counts": rows, **others}),
        auditkit.Policy.parse(policy),
        checks=["reidentification-small-cell"],
        strict=True,
    )
    return next(o for o in audit.outcomes if o.table == "counts")


GOOD = {"north": (12, 30, 42), "south": (20, 25, 45), "all": (32, 55, 87)}


def test_large_counts_and_zero_pass(source):
    assert small(source, table(**GOOD, west=(0, 9, 9))).verdict == "passed"


def test_a_small_count_is_found_until_put_together(source):
    found = small(source, table(**GOOD, west=(3, 9, 12)))
    assert (found.rows, found.of, found.severity.value) == (1, 12, "high")
    assert dict(found.detail) == {"k": 5, "small": 1, "recoverable": 0, "by_difference": 0}
    pairs = table(north=(12, 30, 42), south=(None, None, 45), west=(None, None, 12), all=(32, 61, 99))
    assert small(source, pairs).verdict == "passed", "two of each row and column hide each other"


@on_one_engine
def test_a_suppressed_count_that_can_be_calculated_is_found(source):
    found = small(source, table(north=(None, 30, 34), south=(20, 25, 45)))
    assert (found.rows, found.detail["recoverable"], found.detail["small"]) == (1, 1, 0)
    down = small(
        source,
        [
            r
            for r in table(north=(None, 30, 34), south=(20, 25, 45), all=(24, 55, 79))
            if (r["region"], r["sex"]) != ("north", "all")
        ],
    )
    assert down.detail["recoverable"] == 1, "by the total of its column"
    without = [r for r in table(north=(None, 30, 34), south=(20, 25, 45)) if r["sex"] != "all"]
    assert small(source, without).verdict == "passed", "no total tells"


def test_two_tables_that_differ_by_a_few_people(source):
    policy = POLICY.replace("total: all", "compare: earlier")
    earlier = table(**{**GOOD, "north": (10, 30, 42)})
    found = small(source, table(**GOOD), policy, earlier=earlier)
    assert (found.rows, found.detail["by_difference"]) == (1, 1)
    assert small(source, table(**GOOD), policy, earlier=table(**GOOD)).verdict == "passed"


def test_counts_that_are_text_are_not_seen(source):
    rows = [{**r, "cases": "<5" if r["cases"] == 12 else str(r["cases"])} for r in table(**GOOD)]
    outcome = small(source, rows)
    assert (outcome.cause, "cases of counts is text" in outcome.reason) == ("unseen", True)
    beside = small(source, table(**GOOD), POLICY.replace("total: all", "compare: earlier"), earlier=rows)
    assert (beside.cause, "cases of earlier is text" in beside.reason) == ("unseen", True)


@on_one_engine
def test_without_a_declaration_nothing_is_claimed(source):
    assert small(source, table(**GOOD), "{version: 1, name: Report}").cause == "undeclared"


def test_a_column_that_is_not_there_is_an_error_of_the_policy():
    counts = pd.DataFrame({"region": ["north"], "sex": ["f"], "cases": [9]})
    wrong = auditkit.Policy.parse(POLICY.replace("[region, sex]", "[regoin, sex]"))
    with pytest.raises(PolicyError, match="region"):
        auditkit.audit({"counts": counts}, wrong, checks=["reidentification-small-cell"])

from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Study, tables: {people: {quasi_identifiers: [occupation, age], k: 3}}}"
CROWD = [{"occupation": o, "age": a} for o in ("clerk", "nurse") for a in (30, 40) for _ in range(5)]


def rare(source, rows, policy=POLICY):
    audit = auditkit.audit(
        source({"people": rows}),
        auditkit.Policy.parse(policy),
        checks=["reidentification-rare-value"],
        strict=True,
    )
    return {o.columns[0]: o for o in audit.outcomes}


def test_values_that_many_share_pass(source):
    assert {c: o.verdict for c, o in rare(source, CROWD).items()} == {"occupation": "passed", "age": "passed"}


def test_a_rare_value_is_found_until_put_together(source):
    few = [
        {"occupation": "bishop", "age": 30},
        {"occupation": "judge", "age": 40},
        {"occupation": "judge", "age": 40},
    ]
    found = rare(source, CROWD + few)["occupation"]
    assert (found.rows, found.of, found.severity.value, dict(found.detail)) == (
        3,
        23,
        "medium",
        {"k": 3, "rare": 2, "over_89": 0},
    )
    assert rare(source, CROWD + [{**r, "occupation": "other"} for r in few])["occupation"].verdict == "passed"
    assert rare(source, CROWD + few, POLICY.replace(", k: 3", ""))["occupation"].severity.value == "low"


def test_an_empty_cell_points_at_nobody(source):
    blank = [
        {"occupation": None, "age": 30},
        {"occupation": "", "age": 40},
        {"occupation": "nurse", "age": None},
    ]
    assert {c: o.verdict for c, o in rare(source, CROWD + blank).items()} == {
        "occupation": "passed",
        "age": "passed",
    }


def test_ages_that_are_kept_as_text(source):
    rows = [{**r, "age": str(r["age"])} for r in CROWD] + [
        {"occupation": "nurse", "age": a} for a in ("93", "104", "90+") for _ in range(3)
    ]
    assert rare(source, rows)["age"].detail["over_89"] == 6


@on_one_engine
def test_an_age_that_few_reach_is_found_however_many_there_are(source):
    found = rare(source, CROWD + [{"occupation": "nurse", "age": 93}] * 4)["age"]
    assert (found.rows, found.detail["rare"], found.detail["over_89"]) == (4, 0, 4)


@on_one_engine
def test_a_column_in_which_everything_is_rare_is_no_category(source):
    rows = [{"occupation": "clerk", "age": n} for n in range(20, 60)]
    assert rare(source, rows)["age"].cause == "not_applicable"

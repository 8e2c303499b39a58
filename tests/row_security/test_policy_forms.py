"""Conditions of row policies as people write them, right and wrong, over one table of a tenant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditkit.dataset.rights import RowPolicy
from auditkit.outcome import Severity
from auditkit.row_security.surroundings import OwnerColumns, Surroundings
from auditkit.row_security.weaknesses import Place, Weaknesses, weaknesses_of

PLACE = Place(
    OwnerColumns("files", frozenset({"org_id"}), frozenset({"id", "folder_id"}), frozenset({"id", "org_id"})),
    Surroundings(
        kept=frozenset({"folders"}), tenanted=frozenset({"folders", "members", "files", "profiles", "teams"})
    ),
)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("--")]


RIGHT, WRONG, RIGHT_UNMADE, WRONG_UNMADE = (
    lines((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8"))
    for name in ("right_policies", "wrong_policies", "right_policies_unmade", "wrong_policies_unmade")
)


def judged(condition: str, place: Place = PLACE) -> Weaknesses:
    policy = RowPolicy("files", "p", "p", "SELECT", True, frozenset({"app"}), condition)
    return weaknesses_of(policy, place)


def is_high(condition: str) -> bool:
    return judged(condition).severity is Severity.HIGH


@pytest.mark.parametrize("condition", [*RIGHT, *RIGHT_UNMADE])
def test_a_right_condition_is_judged_right(condition):
    assert set(judged(condition).found) <= {"silent_setting"}


@pytest.mark.parametrize("condition", [*WRONG, *WRONG_UNMADE])
def test_a_condition_that_shows_rows_of_others_is_found(condition):
    assert is_high(condition)


EQUAL = """
(({}))
({}) = true
true = ({})
({}) <> false
({}) IS TRUE
({}) IS NOT DISTINCT FROM true
(SELECT ({}) AS bool)
NOT (NOT ({}))
NOT (({}) IS NOT TRUE)
COALESCE(({}), false)
({})::boolean
CASE WHEN ({}) THEN true ELSE false END
CASE WHEN (({}) IS NOT TRUE) THEN false ELSE true END
EXISTS (SELECT 1 WHERE ({}))
({}) AND true
false OR ({})
({}) AND (deleted_at IS NULL)
"""
WEAKER = """
NOT ({})
({}) = false
({}) IS NOT NULL
({}) IS DISTINCT FROM true
({}) OR true
({}) OR (org_id = org_id)
({}) OR (auth.uid() IS NOT NULL)
({}) OR (org_id IN (SELECT orgs.id FROM orgs))
CASE WHEN ({}) THEN false ELSE true END
"""
RIGHTS, WRONGS = st.sampled_from(RIGHT + RIGHT_UNMADE), st.sampled_from(WRONG + WRONG_UNMADE)
WRAPS = st.lists(st.sampled_from(lines(EQUAL)), min_size=1, max_size=3)


def wrapped(condition: str, wraps: list[str]) -> str:
    for wrap in wraps:
        condition = wrap.replace("{}", condition)
    return condition


@settings(max_examples=60)
@given(RIGHTS, WRAPS)
def test_equal_conditions_are_judged_equal(condition, wraps):
    assert judged(wrapped(condition, wraps)) == judged(condition)


@settings(max_examples=60)
@given(WRONGS, WRAPS)
def test_no_equal_form_hides_a_wrong_condition(condition, wraps):
    assert is_high(wrapped(condition, wraps))


@settings(max_examples=60)
@given(RIGHTS, st.sampled_from(lines(WEAKER)), st.one_of(st.just([]), WRAPS))
def test_a_weakened_condition_is_found(condition, weaker, wraps):
    assume("( SELECT true FROM" not in condition)  # without a row it is null, and so is its opposite
    assert is_high(wrapped(condition, [weaker, *wraps]))


@settings(max_examples=30)
@given(RIGHTS, WRONGS)
def test_an_and_with_a_right_condition_is_right_in_either_order(right, wrong):
    found = {"user_editable", "silent_setting"}
    assert set(judged(f"({right}) AND ({wrong})").found) <= found
    assert set(judged(f"({wrong}) AND ({right})").found) <= found

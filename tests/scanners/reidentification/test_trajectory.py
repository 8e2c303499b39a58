from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.scanners.reidentification.trajectory import singled_out
from tests.engines import on_one_engine

POLICY = """{version: 1, name: Ways, tables: {visits: {subject: {key: person},
    disclosure: {trajectory: {place: [cell], at: seen_at, hours: 1, limit: 0.05}}}}}"""
MORNING = datetime(2026, 5, 4, 7)


def ways(source, paths, policy=POLICY):
    rows = [
        {"person": n, "cell": c, "seen_at": MORNING + timedelta(hours=h)}
        for n, path in enumerate(paths)
        for h, c in path
    ]
    return auditkit.audit(
        source({"visits": rows}),
        auditkit.Policy.parse(policy),
        checks=["reidentification-trajectory"],
        strict=True,
    )


COMMUTERS = [[(h, f"line {n % 3} stop {h}") for h in range(6)] for n in range(30)]


def test_paths_that_many_share_pass(source):
    assert [o.table for o in ways(source, COMMUTERS).passed] == ["visits"]


def test_paths_of_their_own_are_found_until_coarser(source):
    rng = random.Random(3)
    paths = [[(h, f"cell {rng.randrange(12)}") for h in range(6)] for _ in range(30)]
    (found,) = ways(source, paths).findings
    assert (found.severity.value, found.detail["persons"], found.detail["tried_4"]) == ("high", 30, 30)
    assert found.detail["low_4"] <= found.detail["share_4"] <= found.detail["high_4"]
    assert found.detail["share_4"] > found.detail["share_2"] > 0
    assert ways(source, [[(h, "city") for h, _ in path] for path in paths]).findings == ()


def test_the_same_input_draws_the_same_points(source):
    rng = random.Random(4)
    paths = [[(h, f"cell {rng.randrange(9)}") for h in range(8)] for _ in range(30)]
    assert ways(source, paths).findings[0].detail == ways(source, paths).findings[0].detail


@on_one_engine
def test_few_people_are_no_crowd(source):
    assert [o.cause for o in ways(source, COMMUTERS[:19]).not_assessed] == ["not_applicable"]


@on_one_engine
def test_paths_too_short_to_try_are_not_passed(source):
    (outcome,) = ways(source, [path[:3] for path in COMMUTERS]).not_assessed
    assert (outcome.cause, "4 points" in outcome.reason) == ("not_applicable", True)


@on_one_engine
def test_without_a_declaration_nothing_is_claimed(source):
    policy = "{version: 1, name: Ways, tables: {visits: {subject: {key: person}}}}"
    assert [o.cause for o in ways(source, COMMUTERS, policy).not_assessed] == ["undeclared"]


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=8))
def test_who_knows_all_points_singles_out_by_the_whole_path(visits):
    """With as many points as everybody has, unique is whose set of points no other's contains."""
    people = sorted({p for p, _ in visits})
    points = sorted({q for _, q in visits})
    pairs = sorted((people.index(p), points.index(q)) for p, q in visits)
    few = 3
    own = {p: {q for r, q in pairs if r == p} for p in range(len(people))}
    of_three = {p: s for p, s in own.items() if len(s) == few}
    unique, tried = singled_out(np.array([p for p, _ in pairs]), np.array([q for _, q in pairs]), few)
    assert tried == sum(len(s) >= few for s in own.values())
    surely = sum(not any(s <= t for r, t in own.items() if r != p) for p, s in of_three.items())
    assert surely <= unique <= surely + tried - len(of_three)


@pytest.mark.parametrize("people", [1, 5, 100])
def test_no_more_are_tried_than_wanted(people):
    persons, points = np.repeat(np.arange(50), 4), np.tile(np.arange(4), 50)
    assert singled_out(persons, points, 2, people) == (0, min(people, 50))

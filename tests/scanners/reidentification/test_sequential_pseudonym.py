from __future__ import annotations

import random
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.scanners.reidentification.sequential_pseudonym import FEWEST
from tests.engines import on_one_engine

POLICY = (
    "{version: 1, name: Study, tables: {visits: {subject: {key: code}, disclosure: {pseudonymised: true}}}}"
)
START = datetime(2026, 1, 1, 8)


def order(source, codes, days=None):
    rows = [
        {"id": n, "code": c, "created_at": START + timedelta(days=d)}
        for n, (c, d) in enumerate(zip(codes, days or range(999), strict=False))
    ]
    return auditkit.audit(
        source({"visits": rows}),
        auditkit.Policy.parse(POLICY),
        checks=["reidentification-sequential-pseudonym"],
        strict=True,
    )


def test_pseudonyms_by_chance_pass(source):
    assert [o.columns for o in order(source, random.Random(1).sample(range(10_000), 60)).passed] == [
        ("code",)
    ]


def test_running_numbers_are_found_until_drawn(source):
    codes = [f"P-{n}" for n in range(5, 65)]
    (found,) = order(source, codes).findings
    assert (
        found.columns,
        found.severity.value,
        found.of,
        found.detail["correlation"],
        found.detail["limit"],
    ) == (
        ("code",),
        "low",
        60,
        1,
        0.99,
    )
    assert order(source, random.Random(1).sample(codes, 60)).findings == ()


def test_the_first_row_of_each_counts_and_so_does_the_other_way_round(source):
    falling = list(range(1000, 940, -1))
    (found,) = order(
        source, [*falling, *falling], [*range(60), *random.Random(1).sample(range(100, 160), 60)]
    ).findings
    assert found.detail["correlation"] == 1


def test_a_whole_day_at_once_shows_less_order(source):
    """Those of one moment share the middle of their ranks; an import of everybody at once says nothing."""
    assert order(source, range(60), [0] * 60).findings == ()
    assert order(source, range(60), [n // 3 for n in range(60)]).findings[0].detail["correlation"] < 1


@on_one_engine
def test_few_pseudonyms_show_no_order(source):
    assert [o.cause for o in order(source, range(FEWEST - 1)).not_assessed] == ["not_applicable"]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=FEWEST, max_size=FEWEST + 20))
def test_it_is_spearmans(days):
    frame = pd.DataFrame({"code": range(len(days)), "created_at": [START + timedelta(days=d) for d in days]})
    audit = auditkit.audit(
        {"visits": frame},
        auditkit.Policy.parse(POLICY),
        checks=["reidentification-sequential-pseudonym"],
        strict=True,
    )
    expected = abs(frame.code.rank().corr(frame.created_at.rank()))
    assert bool(audit.findings) == (expected > 0.99)
    if audit.findings:
        assert audit.findings[0].detail["correlation"] == pytest.approx(expected, abs=1e-6)

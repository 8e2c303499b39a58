"""Small counts in the report: a reader sees a range, and neither a total nor the grammar says more."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditkit.html_tables import count
from auditkit.policy import Policy
from auditkit.report import html, model
from auditkit.report.few import Few, masked
from auditkit.report.say import LANGUAGES, number_words, say, speaking
from tests.report.conftest import LEAK, POLICY

NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@given(NUMBERS, st.integers(2, 9))
def test_a_sum_says_no_more_than_the_range_of_its_parts(numbers, smallest):
    hidden = [Few.of(n, smallest) for n in numbers]
    total = sum(hidden)
    assert int(total) == sum(numbers)
    few = [n for n in hidden if isinstance(n, Few)]
    if few:
        known = sum(n for n in numbers if not 0 < n < smallest)
        low, high = known + len(few), known + len(few) * (smallest - 1)
        assert isinstance(total, Few) and (total.low, total.high) == (low, high)


@given(st.integers(1, 8), st.integers(1, 8))
def test_small_counts_look_alike(one, other):
    first, second = Few.of(one, 9), Few.of(other, 9)
    assert str(first) == f"{second:,}" == "fewer than 9" and count(first, "row") == count(second, "row")
    assert (first < second) == (one < other)


def test_a_report_shows_no_small_count_and_the_audit_keeps_it(audit):
    policy = Policy.parse(f"{POLICY}smallest_count: 5\n")
    whole = replace(audit, declared=policy.to_dict())
    report = model.of(whole, policy=policy)
    data, page = json.loads(report.to_json()), html.render(report, {})
    found = [f for fault in data["findings"] for f in fault["findings"]]
    (leak,) = (f for f in found if f["fingerprint"] == LEAK.fingerprint)
    assert (leak["rows"], leak["subjects"], leak["of"]) == ("fewer than 5", "fewer than 5", 20000)
    assert leak["detail"] == {"pairs": "fewer than 5"}
    assert "fewer than 5" in page and not re.search(r"\b3 (of 20,000 )?rows\b", page)
    assert json.loads(whole.to_json())["outcomes"] != [] and LEAK.rows == 3
    kept = [o for o in json.loads(whole.to_json())["outcomes"] if o["fingerprint"] == LEAK.fingerprint]
    assert kept[0]["rows"] == 3 and json.loads(whole.to_json())["audience"] == "internal"


@given(st.integers(1, 8), st.sampled_from(LANGUAGES))
def test_a_sentence_about_a_small_count_says_no_more_than_the_count(number, language):
    with speaking(language):
        hidden = Few.of(number, 9)
        assert say("few.below", limit=9) == str(hidden) == number_words(hidden)
        words = say("risk.because.findings", n=hidden, worst="x")
        assert words == say("risk.because.findings", n=Few.of(8, 9), worst="x") and str(hidden) in words


def test_without_the_key_nothing_is_hidden(audit):
    assert masked(audit, None) is audit and masked(audit, 1) is audit
    assert "fewer than" not in model.of(audit).to_json()

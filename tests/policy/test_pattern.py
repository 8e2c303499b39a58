from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.policy import PolicyError
from auditkit.policy.pattern import only_words, to_re2, whole_words

PATTERNS = (
    r"\bKD-\d{3}\b", r"(?<!\d)\d{3}(?!\d)", r"(?<![\d.])\d{2,4}(?![\d.])", r"(?<=ID: )\w+", r"(?i)kd[- ]?\d+",
    r"^KD", r"\d+(?= EUR)", r"(?:KD|RX)-(?:1|23)+", r"[^\d\s]{3}", r"(?s)K.D", r"(?<!-)(?<!\d)\d+",
    r"K?D{1,2}", r"(?m)^\d+$",
)  # fmt: skip
TEXTS = st.text("KDRXkd0123-. :IEU\n", max_size=24)


def found(pattern: str, text: str) -> str | None:
    (match,) = pc.extract_regex(pa.array([text], pa.large_string()), pattern).to_pylist()
    return None if match is None else match["v"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_re2_finds_what_python_finds(pattern):
    @given(TEXTS)
    def same(text):
        python = re.search(pattern, text, re.ASCII)
        assert found(to_re2(pattern).search, text) == (python[0] if python else None)

    same()


REFUSED = {
    r"(a|b)\1": "refers back to a group",
    r"a(?!b)c": "a look-around in its middle",
    r"(?<!foo)bar": "single characters only",
    r"[0-9]++x": "possessive",
    r"(?>a|b)c": "atomic",
    r"(a)?(?(1)b|c)": "two patterns",
    r"a*": "the empty text",
    r"(?:a{500}){5}": "expands to",
    r"a{2000}": "more than 1000 times",
    r"(": "this is not a pattern (character 1)",
}


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_re2_cannot_run_is_refused_with_the_reason(pattern):
    with pytest.raises(PolicyError) as error:
        to_re2(pattern)
    assert REFUSED[pattern] in str(error.value)


def test_a_pattern_that_backtracks_for_ever_elsewhere_is_harmless():
    assert found(to_re2("(?:a+)+b").search, "a" * 50_000) is None


def test_words_stand_by_themselves_whatever_their_case():
    words = whole_words(["Müller AG", "a.b"]).search
    assert [found(words, t) for t in ("an müller ag, Bern", "Müller AGs", "xMüller AG", "A.B", "aXb")] == [
        "müller ag",
        None,
        None,
        "A.B",
        None,
    ]
    texts = pa.array(["Info@Example.org ", "info@example.org.uk", "my info@example.org"])
    assert pc.match_substring_regex(texts, only_words(["info@example.org"])).to_pylist() == [
        True,
        False,
        False,
    ]

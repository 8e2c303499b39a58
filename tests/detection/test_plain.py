"""One view of a text, however its characters were written."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection import analyzer
from auditkit.detection.found import found
from auditkit.detection.plain import plain, plain_text, plain_values
from auditkit.detection.recognizers import FAMILIES

FULL_WIDTH = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
DECORATIONS = {
    "full width": lambda text: text.translate(FULL_WIDTH),
    "dashes": lambda text: text.replace("-", "\u2013"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero width": lambda text: "\u200b".join(text),
    "percent": lambda text: quote(text, safe=""),
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "mathematical": lambda text: "".join(chr(0x1D7CE + int(c)) if c.isdigit() else c for c in text),
    "arabic digits": lambda text: "".join(chr(0x660 + int(c)) if c.isdigit() else c for c in text),
}
decorations = st.sampled_from(sorted(DECORATIONS))
VALUES = (
    ("EMAIL_ADDRESS", "bob@example.org"),
    ("CREDIT_CARD", "4111-1111-1111-1111"),
    ("US_SSN", "536-90-4399"),
    ("IP_ADDRESS", "8.8.4.4"),
    ("IBAN_CODE", "DE89370400440532013000"),
)


@pytest.fixture(scope="module")
def engine():
    return analyzer()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_positions_never_go_back_and_lie_in_the_text(text):
    view = plain(text)
    spans = [view.original(at, at + 1) for at in range(len(view.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(spans))
    assert plain_text(text) == view.text


@given(st.text(alphabet=st.characters(max_codepoint=126)).filter(lambda t: "%" not in t and "&" not in t))
def test_plain_text_stays_as_it_is(text):
    assert plain(text).text == text and plain(text).starts is None


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1), decorations)
def test_a_decoration_goes_away(text, name):
    if "%" in text or "&" in text:
        text = text.replace("%", "").replace("&", "") or "a"
    decorated = DECORATIONS[name](text)
    view = plain(decorated)
    assert view.text == text
    assert view.original(0, len(text))[0] == 0


@given(st.sampled_from(VALUES), decorations)
def test_a_decorated_value_is_found_where_it_stands(engine, value, name):
    entity, text = value
    decorated = DECORATIONS[name](text)
    whole = f"Please note {decorated} today"
    expected = (12, 12 + len(decorated))
    found = {
        (r.entity_type, r.start, r.end)
        for r in engine.analyze(whole, language="en")
        if r.entity_type == entity
    }
    assert found == {(entity, *expected)}


@given(st.lists(st.tuples(st.sampled_from(VALUES), decorations), min_size=1, max_size=20))
def test_a_column_holds_what_its_plain_cells_hold(cells):
    plainly = [text for (_, text), _ in cells]
    decorated = [DECORATIONS[name](text) for (_, text), name in cells]
    assert plain_values(pa.array(decorated, pa.large_string()))[0].to_pylist() == plainly
    counts = [
        {entity: held.cells for entity, held in found_in(texts).entities.items()}
        for texts in (plainly, decorated)
    ]
    assert counts[0] == counts[1]


def found_in(texts):
    values = pa.array(texts, pa.large_string())
    return found(values, np.ones(len(values), np.int64), FAMILIES)


def test_bytes_that_are_no_text_do_not_stop_a_column():
    raw = pa.array([b"ok", b"\xff\xef\xbc\x91", "１２３".encode()], pa.large_binary())
    values = pa.Array.from_buffers(pa.large_string(), 3, raw.buffers())
    assert plain_values(values)[0].cast(pa.large_binary()).to_pylist()[2] == b"123"


@pytest.mark.parametrize("text", ["50% of all", "a %zz b", "%ff%fe", "Tom & Jerry; ok", "&unknown;", "100 %"])
def test_what_encodes_nothing_stays(text):
    assert plain_text(text) == text


def test_half_a_character_is_an_error_that_says_where(engine):
    from auditkit.errors import UsageError

    with pytest.raises(UsageError, match="position 5") as caught:
        engine.analyze("name \ud800 Miller", language="en")
    assert "Miller" not in str(caught.value)

"""What the names model reads, and what it needs not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection import names_model
from auditkit.detection.naming_sentences import may_name, naming_parts

words = st.sampled_from("the parcel is late and nobody answered please check again tomorrow with us".split())
sentences = st.lists(words, min_size=3, max_size=30).map(lambda found: " ".join(found) + ".")
needs_model = pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")


@given(st.text(max_size=2000))
def test_parts_are_in_order_and_short(text):
    parts = list(naming_parts(text))
    assert all(0 <= part.start < part.end <= len(text) and part.end - part.start <= 480 for part in parts)
    assert all(a.start < b.start and a.end <= b.end for a, b in itertools.pairwise(parts))


@given(st.lists(sentences, max_size=20))
def test_ordinary_sentences_in_small_letters_are_not_read(texts):
    assert list(naming_parts(" ".join(texts))) == []


@given(
    st.lists(sentences, max_size=30),
    st.lists(sentences, max_size=30),
    st.sampled_from(["Ask Maria Garcia.", "mr. kowalski called.", "i live in london.", "Zrqx Bvlo came."]),
)
def test_a_name_is_read_wherever_it_stands(before, behind, naming):
    text = " ".join([*before, naming, *behind])
    at = text.index(naming)
    read = {position for part in naming_parts(text) for position in range(part.start, part.end)}
    assert set(range(at, at + len(naming))) <= read


@pytest.mark.parametrize("text", ["josé called", "12 baker street", "My name is x", "jessica called", "ДОМ"])
def test_in_doubt_a_sentence_is_read(text):
    assert may_name(text)


@needs_model
@given(st.lists(st.sampled_from(["Ask Maria Garcia in Lyon.", "I met Tom Miller.", "no news."]), max_size=9))
def test_a_text_has_the_same_names_alone_and_among_others(texts):
    model = names_model.model()
    assert model.tokens(texts) == [model.tokens([text])[0] for text in texts]

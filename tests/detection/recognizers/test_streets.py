"""Streets with a number, by the words for streets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.recognizers.streets import streets
from auditkit.lexicon import listed_as_written

names = st.sampled_from(["Lindquist", "San Juan", "Garibaldi"])
numbers = st.sampled_from(["4", "17a", "112", "5-7"])


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in streets(text)]


@given(
    st.sampled_from(sorted(listed_as_written("STREET_BEFORE"))), names, numbers, st.sampled_from([" ", ", "])
)
def test_a_street_is_found_by_the_word_before_its_name(word, name, number, between):
    street = f"{word.capitalize()} {name}{between}{number}"
    assert found(f"lives at {street}; since May") == [street]


@given(st.sampled_from(sorted(listed_as_written("STREET_ENDING"))), numbers)
def test_a_street_is_found_by_the_end_of_its_name(ending, number):
    assert found(f"wohnt (Lindquist{ending} {number})") == [f"Lindquist{ending} {number}"]


@pytest.mark.parametrize(
    ("text", "found_in_it"),
    [
        ("Avda. de la Constitución, 45. 41004 Sevilla", ["Avda. de la Constitución, 45"]),
        ("C/ Bravo Murillo 112, 3º B", ["C/ Bravo Murillo 112, 3º B"]),
        ("8 allée des Tilleuls. Il pleut", ["8 allée des Tilleuls"]),
        ("Karl-Marx-Allee 34 in Berlin", ["Karl-Marx-Allee 34"]),
        ("ул. Садовая, д. 12", ["ул. Садовая, д. 12"]),
        ("via email 3 times, in cours 4, 5 via Apple Pay, place 3 items", []),
        ("Weg 3, str 12, os 10 and av 4", []),
    ],
)
def test_streets_end_where_the_sentence_goes_on(text, found_in_it):
    assert found(text) == found_in_it

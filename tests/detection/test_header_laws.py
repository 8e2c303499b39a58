"""Laws of what the names of columns say, over the whole list of phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.header import read
from auditkit.detection.phrases import phrases
from auditkit.lexicon import words

LISTED = sorted(key for key in phrases() if all(word.isascii() and word.isalpha() for word in key))
IN_ONE_WORD = [word for word, *more in LISTED if not more and len(word) > 5]
LONG = [key for key in LISTED if len(key) > 1]


@given(st.sampled_from(LISTED), st.sampled_from(LISTED))
def test_a_dot_between_words_hides_nothing_of_what_they_say(before, behind):
    apart = read(f"{'_'.join(before)}.{'_'.join(behind)}").says
    joined = read("_".join((*before, *behind))).says
    assert all(apart.get(entity, 0.0) >= score for entity, score in joined.items())


@pytest.mark.parametrize("role", ["user", "customer", "patient", "author", "employee"])
def test_a_name_behind_a_dot_is_the_name_of_what_stands_before_it(role):
    assert read(f"{role}.name").says["PERSON"] >= read("name").says["PERSON"]
    assert read(f"order.{role}.email").says.keys() >= {"EMAIL_ADDRESS"}


@given(st.sampled_from(IN_ONE_WORD), st.integers(0, 2**16))
def test_a_listed_word_says_the_same_in_any_case_of_its_letters(word, upper):
    written = "".join(c.upper() if upper >> (at % 16) & 1 else c for at, c in enumerate(word))
    assert read(written).says.keys() >= read(word).says.keys()


@given(st.sampled_from(sorted(words("role") & words("people"))), st.sampled_from(LONG))
def test_words_of_a_phrase_are_no_property_of_the_person_before_it(role, phrase):
    alone = read("_".join(phrase))
    if not (alone.flag or phrase[0] in words("tail")):
        assert not read(f"{role}_{'_'.join(phrase)}").flag


@pytest.mark.parametrize(
    "name", ["phone_type", "race_known", "dob_estimated", "email_verified", "address_missing"]
)
def test_a_property_of_something_is_not_that_itself(name):
    assert read(name).flag and not read(name).says

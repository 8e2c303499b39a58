"""What is folded is looked up in the word lists, so they hold their words as `fold` leaves them."""

from __future__ import annotations

import pytest

from auditkit import lexicon
from auditkit.lexicon import fold


@pytest.mark.parametrize(
    "name",
    ["given_names", "family_names", "other_words", "occupations", "ordinary_words", "cities", "headers"],
)
def test_the_words_of_a_list_are_folded(name):
    words = getattr(lexicon, name)()
    assert words and {word for word in words if fold(word) != word} == set()


def test_signs_without_width_make_no_other_word():
    assert fold("పాస్\u200cవర్డ్") == fold("పాస్వర్డ్") != ""


def test_a_letter_that_does_not_come_apart_is_found():
    assert fold("Sæther") in lexicon.family_names() and fold("BLÆR") in lexicon.given_names()

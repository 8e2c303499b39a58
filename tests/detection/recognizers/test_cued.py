"""People whom titles and other words announce, in many languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.recognizers.cued import cued
from auditkit.lexicon import lines

TITLES = sorted(
    {
        t
        for head, items in lines("texts.txt")
        if head.startswith("TITLE ") and head[6:] not in ("ar fa", "hi")
        for t in items
    }
)
INTRODUCTIONS = sorted(
    {
        t
        for head, items in lines("texts.txt")
        if head.startswith("INTRODUCTION ") and "ar" not in head and "hi" not in head
        for t in items
    }
)
syllables = st.sampled_from("vel dor qui zan mer lot fen hus bra kli tor wex nup sel gri".split())
words = st.builds("{}{}{}".format, syllables, syllables, syllables).map(str.title)
names = st.one_of(words, st.builds("{} {}".format, words, words), st.builds("{} T. {}".format, words, words))


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in cued(text)]


@given(
    st.sampled_from(TITLES), st.sampled_from(["", "."]), names, st.sampled_from([",", " 24", " -", ".", "\n"])
)
def test_a_name_in_no_list_is_found_behind_a_title(title, point, name, behind):
    assert name in found(f"- {title.capitalize()}{point} {name}{behind}")


@given(st.sampled_from(INTRODUCTIONS), names)
def test_a_name_in_no_list_is_found_where_people_say_it(phrase, name):
    assert name in found(f"({phrase} {name})")


@given(st.sampled_from(TITLES))
def test_a_title_alone_announces_nobody(title):
    assert found(f"{title}: 12 {title}, {title}") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("श्रीमती राकेश रस्तोगी ने कहा", ["राकेश रस्तोगी"]),
        ("मेरा नाम अनिल सक्सेना है", ["अनिल सक्सेना"]),
        ("اسمي ريان العبيدي وأسكن هنا", ["ريان العبيدي"]),
        ("Gestern kam Frau Dr. Lindqvist.", ["Lindqvist"]),
        ("Don't call M. de Villiers", ["de Villiers"]),
        ("His wife, Maria, called", ["Maria"]),
        ("Dear Sir or Madam", []),
        ("Sehr geehrte Damen und Herren, lieber Herr Kollege", []),
        ("Madame, Monsieur, veuillez agréer", []),
        ("रोगी होश में है", []),
        ("المريض واعٍ ومستقر", []),
        ("my name is not on the list", []),
        ("his wife called", []),
    ],
)
def test_names_end_where_the_sentence_goes_on(text, names):
    assert found(text) == names

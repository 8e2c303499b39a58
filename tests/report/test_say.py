"""The catalogues of sentences: every language has each of them, with the same places."""

from __future__ import annotations

import re
import string
import threading
from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from auditkit.errors import UsageError
from auditkit.report import say as sentences
from auditkit.report.say import (
    ENGLISH,
    LANGUAGES,
    _form,
    day_words,
    number_words,
    say,
    speaking,
    spoken,
    written,
)
from auditkit.report.wording import category_words, period_words

TRANSLATIONS = [code for code in LANGUAGES if code != ENGLISH]


def places(text: str) -> list[str]:
    """Return the names of the places of a sentence."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_translation_has_every_sentence_and_no_other(code: str) -> None:
    english, other = written(ENGLISH), written(code)
    lacking = [key for key in english if key not in other]
    assert not lacking, f"said in English in a report in {code!r}: {lacking}"
    assert not [key for key in other if key not in english]


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_translation_has_the_same_places_in_each_sentence(code: str) -> None:
    english, other = written(ENGLISH), written(code)
    assert not [k for k in english if k in other and places(english[k]) != places(other[k])]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_for_one_has_another_for_more(code: str) -> None:
    known = written(code)
    assert not [k for k in known if k.endswith(".one") and k.removesuffix("one") + "other" not in known]


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_long_sentences_are_translated(code: str) -> None:
    english, other = written(ENGLISH), written(code)
    words = {key: len(re.sub(r"\{\w+\}", "", text).split()) for key, text in english.items()}
    assert not [k for k, text in english.items() if words[k] > 4 and other.get(k) == text]


def test_a_sentence_that_a_translation_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {ENGLISH: {"a.b": "A sentence", "a.c": "Another"}, "fr": {"a.b": "Une phrase"}}
    monkeypatch.setattr(sentences, "written", lambda code: parts[code])
    sentences._complete.cache_clear()
    try:
        with speaking("fr"):
            assert (say("a.b"), say("a.c")) == ("Une phrase", "Another")
    finally:
        sentences._complete.cache_clear()


def test_the_language_ends_with_its_block_even_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), speaking("de"), speaking("fr"):
        assert spoken() == "fr"
        raise ZeroDivisionError
    assert spoken() == ENGLISH


def test_another_thread_speaks_its_own_language() -> None:
    heard: list[str] = []
    with speaking("de"):
        thread = threading.Thread(target=lambda: heard.append(spoken()))
        thread.start()
        thread.join()
    assert heard == [ENGLISH]


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no language 'dee'.*en, de, fr"), speaking("dee"):
        pass


@pytest.mark.parametrize(
    ("code", "period", "category", "day", "number"),
    [
        ("en", "3 years", "health data", "4 Sep 2026", "1 finding, among them: x"),
        ("de", "3 Jahre", "Gesundheitsdaten", "4. September 2026", "1 Feststellung, darunter: x"),
        ("fr", "3 ans", "données concernant la santé", "4 septembre 2026", "1 constat, dont : x"),
    ],
)
def test_periods_days_and_categories_are_words(
    code: str, period: str, category: str, day: str, number: str
) -> None:
    with speaking(code):
        assert period_words("P3Y") == period
        assert category_words("user.health_and_medical") == category
        assert day_words(date(2026, 9, 4)) == day
        assert say("risk.because.findings", n=1, worst="x") == number


@pytest.mark.parametrize(("code", "zero"), [("en", "0 days"), ("de", "0 Tage"), ("fr", "0 jour")])
def test_zero_takes_the_form_of_its_language(code: str, zero: str) -> None:
    with speaking(code):
        assert say("period.days", n=0) == zero


@given(
    st.sampled_from(LANGUAGES),
    st.integers(0, 10**15) | st.floats(0, 1e15),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
def test_numbers_days_and_forms_are_those_that_unicode_has_for_the_language(code, number, day):
    pattern = {"en": "d MMM y", "de": "d. MMMM y", "fr": "d MMMM y"}[code]
    with speaking(code):
        assert number_words(number) == format_decimal(number, locale=code)
        assert day_words(day) == format_date(day, pattern, locale=code)
        if isinstance(number, int):
            assert (_form(number) == "one") == (Locale(code).plural_form(number) == "one")

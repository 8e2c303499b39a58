"""People in text by lists of names, in all scripts: a given name beside a family name.

The names model knows Latin letters, and English names best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.recognizers.east_asian import east_asian_names
from auditkit.lexicon import (
    cities,
    family_names,
    fold,
    given_names,
    listed,
    listed_as_written,
    ordinary_words,
    places,
    vocabulary,
    words_around_names,
)

_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_MARKS = r"\u0900-\u0dff\u0e00-\u0eff\u0f00-\u109f\u0591-\u05c7\u064b-\u0652"
_WORD = re.compile(rf"{_LETTER}(?:[{_MARKS}]|{_LETTER})+(?:[-'’]{_LETTER}(?:[{_MARKS}]|{_LETTER})+)*")
_SCORE = 0.65
_TWO_CAPITALS = re.compile(r"[A-Z][A-Za-z]+ [A-Z]|[A-Z]\. ?[A-Z]")
_INITIALS = re.compile(
    r"(?<![\w.])(?:(?P<given>[A-ZÀ-Ý][\w'’\-]+) )?(?:[A-ZÀ-ÝЀ-Я]\.[ -]?){1,3}"
    r"(?P<family>(?:[a-z]{2,3} ){0,2}[A-ZÀ-Ý][\w'’\-]+)(?![\w@])"
)
_RUSSIAN = re.compile(
    r"\b[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)? [А-ЯЁ]\. ?[А-ЯЁ]\.|\b[А-ЯЁ]\. ?[А-ЯЁ]\. ?[А-ЯЁ][а-яё]{2,}"
)
"""A family name with the initials of a given name and of the father's name."""

_MIDDLE = re.compile(r" (?:[^\W\d_a-z]\.? ){1,2}")


class KnownNamesRecognizer(EntityRecognizer):
    """Finds people by lists of names."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=["PERSON"], name="auditkit known names", supported_language=language
        )

    def load(self) -> None:
        """Do nothing: the lists are loaded when they are first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return given names beside family names."""
        found = [] if text.isascii() and not _TWO_CAPITALS.search(text) else [*_pairs(text)]
        if not text.isascii():
            found += east_asian_names(text)
        found += _with_initials(text)
        return [RecognizerResult("PERSON", start, end, _SCORE) for start, end in found]


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a given name and a family name are neighbours, with a second family name behind them."""
    words = list(_WORD.finditer(text))
    reached = 0
    for at in range(len(words) - 1):
        first, second = words[at], words[at + 1]
        gap = text[first.end() : second.start()]
        inverted = gap == ", " and _is_inverted(first[0], second[0])
        if first.start() < reached or not (gap == " " or inverted or _MIDDLE.fullmatch(gap)):
            continue
        if not (inverted or _is_name(first[0], second[0])):
            continue
        third = words[at + 2] if at + 2 < len(words) else None
        goes_on = third is not None and text[second.end() : third.start()] == " " and _looks_named(third[0])
        last = third if third is not None and goes_on and fold(third[0]) in _family() else second
        reached = last.end()
        yield first.start(), reached


def _with_initials(text: str) -> Iterator[tuple[int, int]]:
    """Yield initials with a known family name, and Russian names with both initials."""
    for found in _INITIALS.finditer(text):
        if fold(found["family"].split(" ")[-1]) in _family():
            named = found["given"] is not None and fold(found["given"]) in given_names()
            start = found.start() if named or found["given"] is None else found.end("given") + 1
            yield start, found.end()
    for found in _RUSSIAN.finditer(text):
        yield found.span()


def _is_name(first: str, second: str) -> bool:
    if not (_looks_named(first) and _looks_named(second)):
        return False
    if second in listed_as_written("INDIC_FAMILY"):
        return True
    a, b = fold(first), fold(second)
    if f"{a} {b}" in cities() or f"{a} {b}" in places():
        return False
    return (a in _given() and (b in _family() or _ends_like_one(b))) or (
        b in _given() and (a in _family() or a in _given() or (not a.isascii() and _ends_like_one(a)))
    )


def _is_inverted(family: str, given: str) -> bool:
    """Return whether words with a comma between are a family name and a given name."""
    a, b = fold(family), fold(given)
    only_family = a in _family() and a not in given_names() and a not in cities() | places()
    return only_family and b in _given() and _looks_named(family) and _looks_named(given)


def _looks_named(word: str) -> bool:
    """Return whether a word is written as a name is; scripts without capitals always are."""
    return not word[0].islower() and not (word.isupper() and len(word) <= 3)


def _ends_like_one(word: str) -> bool:
    return len(word) > 5 and word.endswith(_endings()) and word not in ordinary_words()


@cache
def _endings() -> tuple[str, ...]:
    return tuple(vocabulary("FAMILY_ENDINGS") | vocabulary("ENDINGS_BESIDE_GIVEN_NAMES"))


@cache
def _given() -> frozenset[str]:
    return (
        frozenset(name for name in given_names() if len(name) > 2)
        - ordinary_words()
        - listed("CAPITALISED")
        - words_around_names()
    )


@cache
def _family() -> frozenset[str]:
    return (
        frozenset(name for name in family_names() if len(name) > 1)
        - ordinary_words()
        - listed("CAPITALISED")
        - words_around_names()
    )

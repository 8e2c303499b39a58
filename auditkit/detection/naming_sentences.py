"""Which parts of a text may name people or places: a cheap question before the names model reads them.

A sentence of ordinary words in small letters, without a known name, a title or a word for a street, needs no
model. In doubt a sentence is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from auditkit.lexicon import (
    cities,
    listed,
    personal_names,
    places,
    resemblance,
    vocabulary,
    words_in_small_letters,
)

_WINDOW, _OVERLAP = 480, 64
"""How much of a text the model reads at once, and how much the parts of a longer sentence share."""

_END = re.compile(r"(?:(?<!\b\w)(?<!\b\w\w)(?<!\b\w{3})\.|[!?])[\"'”’)\]]*\s+|\n\s*")
"""The end of a sentence or of a line; the point behind a word of three letters may be a part of it."""

_WORD = re.compile(r"(?<![\w@./\\])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@]|\.\w)")
"""A word outside of web addresses, codes and paths."""


_DIGIT = re.compile(r"\d")
_UNLIKELY = -1.0
"""A first word whose letters resemble a name less than this is no name; see `lexicon.resemblance`."""

_SHORT_LINE, _SHORT_SENTENCE = 40, 100
"""How many characters a line of an address has at most, and a sentence that is read with the next one."""

_SHORTEST_NAME = 3
_LONGEST_CODE = 4
"""A word in capitals with at most so many letters is a code, unless it is a known name."""


class Part(NamedTuple):
    """A part of a text: where it begins, and where it ends."""

    start: int
    end: int


def naming_parts(text: str) -> Iterator[Part]:
    """Yield the parts of a text that may name people or places, with the short sentence before each.

    >>> text = "the parcel is late. we asked again. It went to Anna Berg."
    >>> [text[part.start : part.end] for part in naming_parts(text)]
    ['we asked again. It went to Anna Berg.']
    """
    last: Part | None = None
    for sentence in _read(text):
        if last is not None and last.end == sentence.start and sentence.end - last.start <= _WINDOW:
            last = Part(last.start, sentence.end)
            continue
        if last is not None:
            yield from _windows(last)
        last = sentence
    if last is not None:
        yield from _windows(last)


def _read(text: str) -> Iterator[Part]:
    """Yield the sentences that may name somebody, and the short ones around them."""
    before: Part | None = None
    reading = False
    for sentence in _sentences(text):
        size = sentence.end - sentence.start
        if may_name(text[sentence.start : sentence.end]):
            if before is not None:
                yield before
            yield sentence
            before, reading = None, True
        elif reading and size <= _SHORT_LINE:
            yield sentence
        else:
            before, reading = sentence if size <= _SHORT_SENTENCE else None, False


def _sentences(text: str) -> Iterator[Part]:
    at = 0
    for end in _END.finditer(text):
        yield Part(at, end.end())
        at = end.end()
    if at < len(text):
        yield Part(at, len(text))


def _windows(part: Part) -> Iterator[Part]:
    """Yield a part in windows that overlap."""
    for start in range(part.start, max(part.end - _OVERLAP, part.start + 1), _WINDOW - _OVERLAP):
        yield Part(start, min(start + _WINDOW, part.end))


def may_name(sentence: str) -> bool:
    """Return whether a sentence may name somebody or a place.

    >>> may_name("Version 3.2.1 fixed 14 errors in 120 files."), may_name("Tell Maria"), may_name("i am anna")
    (False, True, True)
    """
    words = _WORD.findall(sentence)
    if _DIGIT.search(sentence) and any(word.lower() in _street_words() for word in words):
        return True
    return any(_is_telling(word, first=at == 0) for at, word in enumerate(words))


@lru_cache(maxsize=65_536)
def _is_telling(word: str, *, first: bool) -> bool:
    """Return whether a word may be a name, or announces one or a place."""
    if not word.isascii():
        return True
    folded = word.lower().removesuffix("'s")
    if folded in _cues():
        return True
    if len(word) == 1 or folded in listed("CAPITALISED"):
        return False
    known = len(folded) >= _SHORTEST_NAME and folded in _known()
    if word.islower():
        return known and folded not in words_in_small_letters()
    if known or (word.isupper() and len(word) <= _LONGEST_CODE):
        return known
    return not first or resemblance(folded) > _UNLIKELY


@cache
def _known() -> frozenset[str]:
    """Return names of people, and cities and countries of one word."""
    return personal_names() | {name for name in cities() | places() if " " not in name}


@cache
def _cues() -> frozenset[str]:
    return listed("NAME_CUES") | listed("PLACE_CUES") | listed("PERSON_CUES")


@cache
def _street_words() -> frozenset[str]:
    return vocabulary("STREET_WORDS") | vocabulary("STREET_CORE")

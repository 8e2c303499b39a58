"""Which spans of a text are really people, and how far their names go."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presidio_analyzer import RecognizerResult

from auditkit.detection.addresses import with_span
from auditkit.lexicon import (
    countries,
    family_names,
    fold,
    given_names,
    listed,
    ordinary_words,
    vocabulary,
    words_in_small_letters,
)

_AFTER_LATIN = "\u0250"
"""The first character behind the Latin letters: the model takes names in other scripts for streets."""

_FEWEST_LETTERS = 2
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Herr|Frau|Monsieur|Madame|Señor|Señora)\.?\s+$"
)
_POSSESSIVE = re.compile(r"['’]s\Z")
_LONGEST_TITLE = 14
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_BEHIND = re.compile(
    r"(?P<gap> (?:(?:van|von|de|del|della|di|da|dos|du|der|den|ten|ter|bin|al|el|la|le|Mc|O['’]) ?){0,2})"
    r"(?P<word>[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?:[-'’][^\W\d_]+)*)(?![\w@]|\.\w)"
)
_SMALL_BEHIND = re.compile(r"(?P<gap> )(?P<word>[^\W\d_]{3,})(?![\w@'’\-]|\.\w)")
_DEGREE = re.compile(r",? (?:M\.?D|Ph\.?D|DDS|DVM|Jr|Sr|Esq|II|III|IV|M\.?Sc|B\.?Sc|MBA|RN|DO|CPA)\b\.?")
_NEXT_WORD = re.compile(r" (?P<word>[^\W\d_]+)\b")
_COMPANY = re.compile(r"(?: (?:&|and|of))?,? (?P<word>[^\W\d_]+)\b")
_CUE = re.compile(
    r"(?P<word>[^\W\d_]+)[ .,:=\"'’]{0,3}(?:(?:is|was|ist|est|es|e|è|me|mich|to|by) ){0,2}\Z", re.IGNORECASE
)
_LONGEST_CUE = 30


def people(
    text: str, found: Sequence[RecognizerResult], places: Sequence[RecognizerResult]
) -> list[RecognizerResult]:
    """Return the people among spans that a model calls people, each with title, family name and degree.

    Args:
        text: the text.
        found: the spans.
        places: the places and addresses that were found, put together: a name inside of one is a part of it.
    """
    kept = [person for person in found if _is_person(text, person, places)]
    return [_whole(text, person) for person in kept]


def _is_person(text: str, person: RecognizerResult, places: Sequence[RecognizerResult]) -> bool:
    name = text[person.start : person.end]
    words = [fold(word) for word in _WORD.findall(name)]
    if not words or sum(map(str.isalpha, name)) < _FEWEST_LETTERS:
        return False
    latin = name[0] < _AFTER_LATIN
    if latin and any(
        p.start <= person.start and person.end <= p.end and _holds_more(p, person) for p in places
    ):
        return False
    if name in countries() or _is_company(text, person, words):
        return False
    return not name.islower() or text.islower() or _is_known_in_small_letters(text, person, words)


def _holds_more(place: RecognizerResult, person: RecognizerResult) -> bool:
    """Return whether an address holds a name and something besides."""
    return place.entity_type == "STREET_ADDRESS" and place.end - place.start > person.end - person.start


def _is_company(text: str, person: RecognizerResult, words: Sequence[str]) -> bool:
    """Return whether the form of a company stands at the end of a name, or soon behind it."""
    if words[-1] in vocabulary("ORGANISATION_WORDS") and len(words[-1]) > 1 and len(words) > 1:
        return True
    behind = _COMPANY.match(text, person.end)
    while behind is not None:
        word = behind["word"]
        if not word[0].isupper():
            return False
        if fold(word) in listed("COMPANY_FORMS"):
            return words[0] not in given_names() or len(words) == 1
        behind = _NEXT_WORD.match(text, behind.end())
    return False


def _is_known_in_small_letters(text: str, person: RecognizerResult, words: Sequence[str]) -> bool:
    """Return whether words in small letters, in a text with capitals, are names, or are called names."""
    ordinary = words_in_small_letters()
    if any((word in given_names() or word in family_names()) and word not in ordinary for word in words):
        return True
    cue = _CUE.search(text, max(0, person.start - _LONGEST_CUE), person.start)
    return cue is not None and fold(cue["word"]) in listed("NAME_CUES")


def _whole(text: str, person: RecognizerResult) -> RecognizerResult:
    """Return a name with the title before it, the family name and the degree behind it, and no `'s`."""
    title = _TITLE.search(text, max(0, person.start - _LONGEST_TITLE), person.start)
    end = _with_family_name(text, _without_verbs(text, person))
    possessive = _POSSESSIVE.search(text, person.start, end)
    degree = _DEGREE.match(text, end)
    return with_span(
        person,
        start=title.start() if title else person.start,
        end=possessive.start() if possessive else degree.end() if degree else end,
    )


def _without_verbs(text: str, person: RecognizerResult) -> RecognizerResult:
    """Return a name in capitals without the words in small letters at its end."""
    words = list(_WORD.finditer(text, person.start, person.end))
    names = [word for word in words if not word[0].islower() or fold(word[0]) in given_names()]
    if not words or words[0][0].islower() or not names or names[-1].end() == words[-1].end():
        return person
    return with_span(person, end=names[-1].end())


def _with_family_name(text: str, person: RecognizerResult) -> int:
    """Return where a name ends if the word behind a given name is the family name."""
    name = text[person.start : person.end]
    words = _WORD.findall(name)
    if len(words) != 1 or fold(name) not in given_names() or fold(name) in ordinary_words():
        return person.end
    if name[0].isupper():
        behind = _BEHIND.match(text, person.end)
        known = behind is not None and not _is_no_family_name(behind["word"])
    else:
        behind = _SMALL_BEHIND.match(text, person.end)
        known = (
            behind is not None
            and fold(behind["word"]) in family_names()
            and fold(behind["word"]) not in words_in_small_letters()
        )
    return behind.end() if behind is not None and known else person.end


def _is_no_family_name(word: str) -> bool:
    folded = fold(word)
    if folded in family_names():
        return False
    return folded in listed("CAPITALISED") or folded in vocabulary("STREET_WORDS") or word in countries()

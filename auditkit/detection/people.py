"""Which spans of a text are really people, and how far their names go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from presidio_analyzer import RecognizerResult

from auditkit.detection.addresses import is_announced, with_span
from auditkit.detection.scripts import CAPITAL, CAPITALISED, SMALL
from auditkit.lexicon import (
    countries,
    family_names,
    fold,
    given_names,
    joining_particles,
    known_places,
    listed,
    ordinary_words,
    other_words,
    particles,
    particles_of_people,
    personal_names,
    small_particles,
    vocabulary,
    words_around_names,
    words_in_small_letters,
)

_AFTER_LATIN = "\u0250"
"""The first character behind the Latin letters: the model takes names in other scripts for streets."""

_FEWEST_LETTERS, _SHORTEST_AGAIN = 2, 4
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Herr|Frau|Monsieur|Madame|Señor|Señora)\.?\s+$"
)
_POSSESSIVE = re.compile(r"['’]s\Z")
_LONGEST_TITLE = 14
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_BEHIND_INITIALS = re.compile(
    rf"(?:(?<=\b[A-Z])\. |(?<=[{SMALL}]) (?:[A-Z]\. ?){{1,2}}|(?<= [A-Z]\.) )"
    rf"(?P<word>{CAPITAL}[\w'’\-]+)(?![\w@])"
)
_SMALL_BEHIND = re.compile(r"(?P<gap> )(?P<word>[^\W\d_]{3,})(?![\w@'’\-]|\.\w)")
_QUOTES = frozenset((' "', '" ', " “", "” ", " „", "“ "))
_FROM = re.compile(r"\w (?:de|aus|from|di|uit|z) \Z")
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
    kept = [_whole(text, person) for person in found if _is_person(text, person, places)]
    return _joined(text, [*kept, *_named_again(text, kept, places)])


def _joined(text: str, people: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Return people with those put together that overlap, or have the quotes of a nickname between them."""
    joined: list[RecognizerResult] = []
    for person in sorted(people, key=lambda person: (person.start, -person.end)):
        last = joined[-1].end if joined else -1
        if person.start < last or (last > 0 and text[last : person.start] in _QUOTES):
            joined[-1] = with_span(joined[-1], end=max(joined[-1].end, person.end))
        else:
            joined.append(person)
    return joined


def _named_again(
    text: str, people: Sequence[RecognizerResult], places: Sequence[RecognizerResult]
) -> Iterator[RecognizerResult]:
    """Yield where a text calls somebody again by one of their names."""
    taken = [*people, *places]
    for word, person in _names_of(text, people).items():
        for again in re.finditer(rf"(?<![\w@./\-]){re.escape(word)}(?![\w@]|[.\-]\w)", text):
            if not any(other.start < again.end() and again.start() < other.end for other in taken):
                yield with_span(person, start=again.start(), end=again.end())


def _names_of(text: str, people: Sequence[RecognizerResult]) -> Mapping[str, RecognizerResult]:
    """Return the words of names that mean nothing else, each with one of the people who bear it.

    A word alone is no name again where it is a place, or a word of the language. What only the names model
    takes for a person and has one word is not looked for again.
    """
    found: dict[str, RecognizerResult] = {}
    for person in people:
        words = _WORD.findall(text, person.start, person.end)
        for word in words if len(words) > 1 or is_announced(person) else ():
            if len(word) >= _SHORTEST_AGAIN and word[0].isupper() and _says_only_a_name(word):
                found.setdefault(word, person)
    return found


@lru_cache(maxsize=16_384)
def _says_only_a_name(word: str) -> bool:
    folded = fold(word)
    if folded in listed("CAPITALISED") or folded in words_around_names():
        return False
    if folded in known_places() and folded not in family_names():
        return False
    return folded in personal_names() or folded not in other_words()


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
    if not listed("NO_VALUE").isdisjoint(words):
        return False
    if any((word in given_names() or word in family_names()) and word not in ordinary for word in words):
        return True
    cue = _CUE.search(text, max(0, person.start - _LONGEST_CUE), person.start)
    return cue is not None and fold(cue["word"]) in listed("NAME_CUES")


def _whole(text: str, person: RecognizerResult) -> RecognizerResult:
    """Return a name with the title before it, the family name and the degree behind it, and no `'s`."""
    trimmed = _trimmed(text, person)
    title = _TITLE.search(text, max(0, trimmed.start - _LONGEST_TITLE), trimmed.start)
    end = _with_initials(text, _with_family_name(text, trimmed))
    possessive = _POSSESSIVE.search(text, trimmed.start, end)
    degree = _DEGREE.match(text, end)
    return with_span(
        trimmed,
        start=title.start() if title else trimmed.start,
        end=possessive.start() if possessive else degree.end() if degree else end,
    )


def _trimmed(text: str, person: RecognizerResult) -> RecognizerResult:
    """Return a name in capitals without the words around it, and without the next thing behind a comma."""
    words = list(_WORD.finditer(text, person.start, person.end))
    names = [word for word in words if _is_of_a_name(word[0])]
    if not names or text[person.start : person.end].islower():
        return person
    start, end = names[0].start(), names[-1].end()
    if (
        len(names) > 2
        and fold(names[-1][0]) in known_places()
        and _FROM.search(text, start, names[-1].start())
    ):
        end = names[-2].end()
    comma = text.find(",", start, end)
    if comma > 0 and len(_WORD.findall(text, start, comma)) > 1:
        end = comma
    keep = person.end if names[-1].end() == words[-1].end() and end == names[-1].end() else end
    return with_span(person, start=person.start if names[0] is words[0] else start, end=keep)


def _is_of_a_name(word: str) -> bool:
    """Return whether a word inside a name is a part of it: no verb, no role, no relative."""
    if word.islower():
        return fold(word) in given_names()
    return fold(word) not in words_around_names() or fold(word) in personal_names()


def _with_family_name(text: str, person: RecognizerResult) -> int:
    """Return where a name ends if the word behind a given name is the family name."""
    name = text[person.start : person.end]
    words = _WORD.findall(name)
    if len(words) != 1 or fold(name) not in given_names() or fold(name) in ordinary_words():
        return person.end
    if name[0].isupper():
        behind = _family_name_behind().match(text, person.end)
        known = (
            behind is not None
            and not _is_no_family_name(behind["word"])
            and not _is_a_sentence(behind["gap"], behind["word"])
        )
    else:
        behind = _SMALL_BEHIND.match(text, person.end)
        known = (
            behind is not None
            and fold(behind["word"]) in family_names()
            and fold(behind["word"]) not in words_in_small_letters()
        )
    return behind.end() if behind is not None and known else person.end


@cache
def _family_name_behind() -> re.Pattern[str]:
    """Return the pattern of a family name behind a given name, with particles before it.

    A particle that joins two family names stands behind no given name.
    """
    capital = map(str.title, particles() - joining_particles())
    either = "|".join(sorted([*small_particles(), *capital, "O['’]"]))
    return re.compile(
        rf"(?P<gap> (?:(?:{either}) ?){{0,3}})"
        rf"(?P<word>{CAPITALISED}[^\W\d_]+(?:[-'’][^\W\d_]+)*)(?![\w@]|\.\w)"
    )


def _with_initials(text: str, end: int) -> int:
    """Return where a name ends with the initials behind it, if a family name follows them."""
    behind = _BEHIND_INITIALS.match(text, end)
    if behind is None or _is_no_family_name(behind["word"]):
        return end
    return behind.end()


def _is_a_sentence(gap: str, word: str) -> bool:
    """Return whether what looks like a particle leads to an ordinary word: `Lena zum Arzt`."""
    small = small_particles().intersection(gap.split())
    folded = fold(word)
    return bool(small - particles_of_people()) and folded in other_words() and folded not in family_names()


def _is_no_family_name(word: str) -> bool:
    folded = fold(word)
    if folded in family_names():
        return False
    return folded in listed("CAPITALISED") or folded in vocabulary("STREET_WORDS") or word in countries()

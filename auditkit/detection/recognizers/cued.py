"""People whom the words before them announce: `Frau Lindqvist`, `me llamo Inés Roca`, `प्रिय डॉ. मेहता`.

Titles and phrases in the main languages stand in `lexicon/texts.txt`. Behind them a name needs no list: it
is written with capitals, or in a script that has none it ends before the next word of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.scripts import CAPITAL, CAPITALISED, MARKS, SMALL
from auditkit.lexicon import (
    family_names,
    fold,
    given_names,
    jobs,
    joining_particles,
    known_places,
    lines,
    listed,
    listed_as_written,
    ordinary_words,
    other_words,
    particles,
    particles_of_people,
    personal_names,
    small_particles,
    vocabulary,
    words,
    words_around_names,
)

_LETTER = r"[^\W\d_]"
_REST = rf"[^\W\d_{MARKS}]|[{MARKS}'’\-](?=\w)|[{MARKS}]"
_WORD = re.compile(rf"(?:[dDlLoO]['’])?{_LETTER}(?:[^\W\d_]|[{MARKS}]|[-'’](?=[^\W\d_]))*")
_CAPITALISED = re.compile(rf"{CAPITALISED}.*")
_MIXED = re.compile(
    r"[ºª]|(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bLe)(?<!\bVan)(?<!\bFitz)"
    rf"(?<=[{SMALL}])[A-Z]"
)
"""An abbreviation: names have no capital inside but behind a few beginnings."""

_CASE = re.compile(
    rf"(?P<first>(?:{CAPITAL}[\w'’.\-]* ){{1,3}})v(?:s|ersus)?\.? "
    rf"(?P<second>{CAPITAL}[\w'’\-]+(?: {CAPITAL}[\w'’.\-]*){{0,2}})"
)
"""The parties of a case: `Brannigan v. State`."""

_INITIAL = re.compile(rf"{CAPITAL}\.(?:[ -]?{CAPITAL}\.)?(?= ?[^\W\d_])")
_GAP = re.compile(r" {1,2}|(?<=\.)")
_CASELESS = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff]")
_PLACE = re.compile(
    rf"{CAPITAL}[^\W\d_]+(?:(?:[ -]|-\w+-"
    r"| (?:de|del|do|da|di|la|las|los|le|les|am|an der|an den|im|in der|sur|sous|nad|upon|on|of) )"
    rf"{CAPITAL}[^\W\d_]+){{0,3}}"
)
_PLACED = re.compile(
    rf"(?:\(|\b(?:in|aus|nach|à|en|te|uit|w|em|desde) )"
    rf"(?P<place>{CAPITAL}[^\W\d_]{{3,}}(?:[ -]{CAPITAL}[^\W\d_]+)?)(?=[),.; \n]|$)"
)
"""What may be a place: it stands in brackets, or behind a preposition."""

_ENDS = re.compile(r"[.,!]?[ \t]*(?:\n|\Z)")
_MOST_WORDS, _MOST_WITHOUT_CASE = 4, 2
_SURE, _LIKELY, _WEAK = 0.75, 0.65, 0.55


class CuedRecognizer(EntityRecognizer):
    """Finds people behind titles, and behind phrases by which people say their names."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=["LOCATION", "PERSON"],
            name="auditkit announced people",
            supported_language=language,
        )

    def load(self) -> None:
        """Do nothing: the words are loaded when they are first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the names and places behind titles and phrases."""
        found = [*cued(text), *cued_places(text)]
        return [result for result in found if result.entity_type in entities]


def cued(text: str) -> Iterator[RecognizerResult]:
    """Yield names behind titles, and behind phrases by which people say their names.

    >>> text = "Frau Lindqvist rief an. Me llamo Inés de la Roca y vivo aquí."
    >>> [text[found.start : found.end] for found in cued(text)]
    ['Lindqvist', 'Inés de la Roca']
    """
    for kind, score in (("TITLE", _SURE), ("ROLE", _LIKELY), ("INTRODUCTION", _SURE), ("KIN", _LIKELY)):
        for cue in _cues(kind).finditer(text):
            if (end := _name_end(text, cue.end(), kind)) is not None:
                yield RecognizerResult("PERSON", cue.end(), end, score)
    for case in _CASE.finditer(text):
        for party in ("first", "second"):
            yield from _party(text, *case.span(party))
    for farewell in _cues("FAREWELL").finditer(text):
        if (end := _name_end(text, farewell.end(), "FAREWELL")) is not None and _ENDS.match(text, end):
            yield RecognizerResult("PERSON", farewell.end(), end, _LIKELY)
    for title in _cues("TITLE_BEHIND").finditer(text):
        if _is_a_name(title["word"]) or (
            title["title"][0].isupper() and _CAPITALISED.fullmatch(title["word"])
        ):
            yield RecognizerResult("PERSON", *title.span("word"), _LIKELY)


def _party(text: str, start: int, end: int) -> Iterator[RecognizerResult]:
    """Yield a party of a case that is a person: known names, or words that no list of other words has."""
    words = list(_WORD.finditer(text, start, end))
    while words and not _goes_on(words[0][0], "ROLE", first=True) and len(words[0][0]) > 1:
        words = words[1:]
    others = listed("NO_PARTY") | vocabulary("ORGANISATION_WORDS") | known_places()
    if words and all(
        fold(word[0]) not in others and _may_be_a_name(word[0]) for word in words if len(word[0]) > 1
    ):
        yield RecognizerResult("PERSON", words[0].start(), words[-1].end(), _LIKELY)


def cued_places(text: str) -> Iterator[RecognizerResult]:
    """Yield places behind phrases such as `lives in`.

    >>> text = "nacida en San Sebastián el 3 de mayo"
    >>> [text[found.start : found.end] for found in cued_places(text)]
    ['San Sebastián']
    """
    for cue in _cues("PLACE").finditer(text):
        place = _PLACE.match(text, cue.end())
        if place is not None and not listed("CAPITALISED") & set(map(fold, place[0].split())):
            yield RecognizerResult("LOCATION", *place.span(), _LIKELY)
    for found in _PLACED.finditer(text):
        folded = fold(found["place"])
        if folded in known_places() and folded not in personal_names() | other_words() | listed(
            "CAPITALISED"
        ):
            yield RecognizerResult("LOCATION", *found.span("place"), _WEAK)


@cache
def _cues(kind: str) -> re.Pattern[str]:
    """Return a pattern of the words of a kind, with the space behind them, or in front of them."""
    every = {item for head, items in lines("texts.txt") if head.split()[0] == kind for item in items}
    words = "|".join(sorted(map(re.escape, every), key=lambda word: (-len(word), word)))
    if kind == "FAREWELL":
        return re.compile(rf"(?<![\w{MARKS}])(?i:{words})[,.!]?\s{{1,4}}(?=\S)")
    if kind == "TITLE_BEHIND":
        return re.compile(rf"(?P<word>{_WORD.pattern})(?= (?P<title>{words})(?![\w{MARKS}]))")
    link = r"(?:\.? ?(?:(?:med|dent|jur|phil|rer|nat)\.? ?)*)" if kind in ("TITLE", "ROLE") else r",?"
    gap = rf"(?:(?<=[\w{MARKS}]) {{1,2}}|(?<=[.,]) {{0,2}})"
    return re.compile(rf"(?<![\w.@/\-{MARKS}])(?:(?i:{words}){link}{gap}){{1,3}}(?=\S)")


def _name_end(text: str, start: int, kind: str) -> int | None:
    """Return where the name that begins somewhere ends; None where no name does."""
    if _CASELESS.match(text, start):
        return _end_without_case(text, start, kind)
    at, end = start, None
    names: list[str] = []
    alone: list[str] = []
    leads_on = False
    while len(names) < _MOST_WORDS:
        word = _INITIAL.match(text, at) or _WORD.match(text, at)
        if word is None or not (
            _joins(text, word)
            if names and word[0] in joining_particles()
            else _goes_on(word[0], kind, first=not names)
        ):
            break
        folded = fold(word[0])
        is_known = folded in personal_names() or folded in particles()
        if sum(len(name) > 2 for name in names) > 1 and len(word[0]) > 2 and not (is_known or leads_on):
            break
        is_capital = word[0] != folded
        leads_on = folded in (particles() if is_capital else particles_of_people() | joining_particles())
        if folded not in particles() or (is_capital and folded in given_names()):
            names.append(word[0])
            end = word.end()
        elif is_capital and (not names or folded in particles_of_people()):
            alone.append(word[0])
            end = word.end()
        gap = _GAP.match(text, word.end())
        if gap is None:
            break
        at = gap.end()
    long = [word for word in names or alone if not word.endswith(".")]
    if end is None or not long or text[end : end + 1] in ("@", "/"):
        return None
    first = [*long[:1], *(word for word in long if fold(word) not in particles())][:2]
    return end if kind != "KIN" or any(map(_is_a_name, first)) else None


def _goes_on(word: str, kind: str, *, first: bool) -> bool:
    if word in small_particles() and (not first or kind == "TITLE"):
        return True
    if not first and fold(word) in particles() and _CAPITALISED.fullmatch(word):
        return True
    if _CAPITALISED.fullmatch(word) is None or len(word) < 2 or _MIXED.search(word):
        return False
    return _may_be_a_name(word) and (kind == "TITLE" or _is_no_other_word(word))


def _joins(text: str, particle: re.Match[str]) -> bool:
    """Return whether a particle that joins two family names has a second one behind it: `García y Roca`."""
    gap = _GAP.match(text, particle.end())
    word = _WORD.match(text, gap.end()) if gap else None
    return word is not None and bool(_CAPITALISED.match(word[0])) and _is_no_other_word(word[0])


@lru_cache(maxsize=16_384)
def _may_be_a_name(word: str) -> bool:
    """Return whether a word behind a title is no other word: `Herr Kollege`, `Madame, Monsieur`."""
    folded = fold(word)
    if word.endswith("."):
        return True
    if word in listed_as_written("NO_NAME_BEHIND") or folded in listed("CAPITALISED"):
        return False
    if folded in particles_of_people():
        return True
    if folded in words_around_names():
        return False
    if folded in personal_names():
        return True
    roles = words("role") | words("people") | jobs() | vocabulary("ORGANISATION_WORDS")
    return folded not in roles


@lru_cache(maxsize=16_384)
def _is_no_other_word(word: str) -> bool:
    folded = fold(word)
    return folded in personal_names() or folded in particles_of_people() or folded not in other_words()


@lru_cache(maxsize=16_384)
def _is_a_name(word: str) -> bool:
    folded = fold(word)
    known = folded in given_names() or folded in particles() or word in listed_as_written("INDIC_FAMILY")
    return known and not word[0].islower() and folded not in ordinary_words() | listed("CAPITALISED")


def _end_without_case(text: str, start: int, kind: str) -> int | None:
    """Return where a name ends in a script without capitals: before a word of the sentence, or after two.

    Behind a role or a relative, one of its words must be a known name.
    """
    at, end, count = start, None, 0
    named = kind in ("TITLE", "INTRODUCTION")
    while word := _WORD.match(text, at):
        if word[0] in listed_as_written("NO_NAME_BEHIND"):
            break
        known = fold(word[0]) in given_names() or fold(word[0]) in family_names()
        if count >= _MOST_WITHOUT_CASE and not known:
            break
        end, count, named = word.end(), count + 1, named or known
        gap = _GAP.match(text, end)
        if gap is None or count > _MOST_WITHOUT_CASE:
            break
        at = gap.end()
    return end if named else None

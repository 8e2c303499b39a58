"""Values in text behind a label: `Apellidos: García Ruiz`, `{"city": "Graz"}`, `user=anna.berg`.

A label says in text what the same words say as the name of a column (`auditkit.detection.header`). The value
behind it must have the right form, since many labels of forms and programs stand before other things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.birthdays import birthday
from auditkit.detection.header import read
from auditkit.detection.recognizers.stated import DATE
from auditkit.detection.scripts import CAPITALISED, LONG_WORD, MARKS, WORD
from auditkit.lexicon import (
    family_names,
    fold,
    given_names,
    is_organisation,
    jobs,
    known_places,
    listed,
    other_words,
    particles,
    particles_of_people,
    personal_names,
    resemblance,
    vocabulary,
    words_in_small_letters,
)

_SEPARATOR = re.compile(
    r"[\"']?[ \t]{0,3}(?:[:：=]|->|=>)(?!//)[ \t]{0,8}(?:\n(?=[^\n:=]{2,60}(?:\n|\Z)))?[\"']?"
)
_PIECE = re.compile(r"[^\n\t;|&?{}\[\]<>\"=,，。；、:：]*\Z")
"""What stands before a separator and may be a label."""

_LONGEST_LABEL, _MOST_WORDS = 48, 4
_END = re.compile(r"[\n\t;|\"{}<>，。；、]|  +|(?<=[^\s&])&(?=[\w.\-]+=)")
_AFTER_URL = re.compile(r"[&#\s\"'<>]")
_LONGEST_VALUE = 100

_OF_NAME = rf"[\w{MARKS}'’\-]*\.?"
_CAPITALISED = re.compile(rf"{CAPITALISED}{_OF_NAME}")
_WORD = re.compile(rf"[^\W\d_]{_OF_NAME}")
_BETWEEN_WORDS = re.compile(r",? {1,2}|(?<=\.)")
_CASED = re.compile("[A-Za-zÀ-ɏͰ-ϿЀ-ӿ԰-֏]")
_ABBREVIATION = re.compile("[ºª]")
_END_OF_SENTENCE = re.compile(r"(?<=\w{5})\. |(?<=\d)\. ")
"""A point behind a word that is too long for an abbreviation, or behind a number."""

_STREET_BEGINS = re.compile(r"(?!0x|https?:|www\.|/)")
_DIGIT = re.compile(r"\d")
_PLACE = re.compile(r"[^\d\n.,;()/:]*")
_BEFORE_PLACE = re.compile(r",? ")
_HAN = re.compile("[\u3400-\u9fff]")
_POSTAL_CODE = re.compile(
    r"(?:〒 ?)?(?:[A-Z]{1,2}-)?(?=[A-Z0-9 \-]*\d)[A-Z0-9]{2,5}(?:[ \-][A-Z0-9]{2,4})?\b"
)
_AGE = re.compile(r"\d{1,3}\b(?![.,/\-]\d)")
_OLDEST = 120
_DATE = re.compile(DATE)
_NUMBER = re.compile(r"[A-Z]{0,4}[\-/ ]?\d[\dA-Z.\-/ ]*\d\b")
_FEWEST_DIGITS = 4
_LOGIN = re.compile(r"@?[A-Za-z][\w.\-]{2,38}[A-Za-z0-9](?![\w@\-]|[./:]\w)")
_SEGMENT = re.compile(r"[A-Za-z][\w.\-]{1,38}[A-Za-z0-9]\b")
_OF_LOGINS = re.compile(r"[\d._]")
_PATH = re.compile(
    r"(?i:[/\\](?:users?|people|persons?|profiles?|members?|accounts?|authors?|employees?|customers?|patients?"
    r"|home|u|in)[/\\]|/~)(?=[A-Za-z][\w.\-]{2})"
)
"""What stands before the name of a person or of an account in URLs and paths of files."""

_ENOUGH = 4.0
"""The log-odds from which a label is enough for a value of the right form."""

_SOME = 2.0


class Label(NamedTuple):
    """What a label says.

    Attributes:
        entity: the entity of the value behind it.
        sure: a value of the right form is enough; else it must look like one too.
        weight: the log-odds of evidence.
    """

    entity: str
    sure: bool
    weight: float


class Value(NamedTuple):
    """What stands behind a label.

    Attributes:
        text: the whole text.
        start: where the value begins.
        end: where it ends at the latest.
        sure: whether the label is enough for a value of the right form.
    """

    text: str
    start: int
    end: int
    sure: bool

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the match of a pattern at the beginning of the value."""
        return pattern.match(self.text, self.start, self.end)

    def found(self, entity: str, end: int, score: float) -> RecognizerResult:
        """Return an entity from the beginning of the value to somewhere in it."""
        return RecognizerResult(entity, self.start, end, score)


class LabelledRecognizer(EntityRecognizer):
    """Finds people, places, dates of birth, ages, user names and numbers of people by their labels."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=sorted({*_READERS, "LOCATION"}),
            name="auditkit labelled values",
            supported_language=language,
        )

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the values of some entities behind their labels."""
        return [found for found in labelled(text) if found.entity_type in entities]


def labelled(text: str) -> Iterator[RecognizerResult]:
    """Yield the values behind labels.

    >>> text = "Apellidos: García Ruiz. Edad: 70 Localidad: Toledo"
    >>> [(found.entity_type, text[found.start : found.end]) for found in labelled(text)]
    [('PERSON', 'García Ruiz'), ('AGE', '70'), ('LOCATION', 'Toledo')]
    """
    separators = list(_SEPARATOR.finditer(text))
    labels = [_label_before(text, separator.start()) for separator in separators]
    starts = [start for start, _ in labels] + [len(text)]
    for at, (separator, (_, label)) in enumerate(zip(separators, labels, strict=True)):
        if label is not None:
            end = _end_of_value(text, separator, max(starts[at + 1], separator.end()))
            yield from _READERS[label.entity](Value(text, separator.end(), end, label.sure))
    for path in _PATH.finditer(text):
        yield from _account(_SEGMENT.match(text, path.end()), sure=False)


def _end_of_value(text: str, separator: re.Match[str], limit: int) -> int:
    """Return where the value behind a separator ends at the latest."""
    start = separator.end()
    limit = min(limit, start + _LONGEST_VALUE)
    in_url = separator[0] == "=" and "?" in text[text.rfind(" ", 0, start) + 1 : start]
    end = (_AFTER_URL if in_url else _END).search(text, start, limit)
    return end.start() if end else limit


def _label_before(text: str, end: int) -> tuple[int, Label | None]:
    """Return where the label before a separator begins, and what it says."""
    piece = _PIECE.search(text, max(0, end - _LONGEST_LABEL), end)
    words = list(WORD.finditer(text, piece.start() if piece else end, end))[-_MOST_WORDS:]
    start, best = (words[-1].start() if words else end), None
    for word in reversed(words):
        label = _read(text[word.start() : end])
        if label is not None and (best is None or label.weight >= best.weight):
            start, best = word.start(), label
    return start, best


@lru_cache(maxsize=4096)
def _read(written: str) -> Label | None:
    """Return what a label says: the strongest entity that a reader knows."""
    header = read(written)
    if header.flag or header.thing or header.identifier:
        return None
    says = {entity: score for entity, score in header.says.items() if entity in _READERS}
    entity = max(says, key=lambda name: says[name], default=None)
    if entity is not None and says[entity] >= _SOME:
        sure = says[entity] >= _ENOUGH and not (entity == "PERSON" and header.of_somebody)
        return Label(entity, sure, says[entity])
    folded = fold(written)
    announced = folded in listed("PERSON_LABELS") or (set(folded.split()[:1]) & listed("PERSON_LABELS"))
    return Label("PERSON", sure=False, weight=_SOME) if announced or header.of_somebody else None


def _person(value: Value) -> Iterator[RecognizerResult]:
    """Yield the name at the beginning of a value, or the name of an account."""
    login = _login(value)
    if login is not None and not value.sure and _OF_LOGINS.search(login[0]):
        yield from _account(login, sure=False)
        return
    words = list(_words_of_name(value))
    last = max((word.end() for word in words if word[0] not in particles()), default=value.start)
    name = value.text[value.start : last]
    if len(name.split(" ")[-1]) > 2:
        name = name.removesuffix(".")
    if _is_whole_name([fold(word[0].rstrip(".")) for word in words], name, sure=value.sure):
        yield value.found("PERSON", value.start + len(name), 0.8 if value.sure else 0.7)


def _words_of_name(value: Value) -> Iterator[re.Match[str]]:
    """Yield the words at the beginning of a value that may be a name, and the particles between them."""
    text, at, end = value.text, value.start, value.end
    in_small_letters = text[at:end].islower()
    for _ in range(_MOST_WORDS + 2):
        word = _WORD.match(text, at, end)
        if word is None or _ABBREVIATION.search(word[0]):
            return
        if not (in_small_letters or word[0] in particles() or _CAPITALISED.fullmatch(word[0])):
            return
        yield word
        gap = _BETWEEN_WORDS.match(text, word.end(), end)
        if gap is None or (_HAN.match(word[0]) and word[0] not in family_names()):
            return
        at = gap.end()


def _is_whole_name(words: Sequence[str], name: str, *, sure: bool) -> bool:
    """Return whether words behind a label are a name, with its particles or, beside a known name, without."""
    names = [word for word in words if word not in particles()]
    return _is_name(words, name, sure=sure) or (
        any(map(_is_known_name, names)) and _is_name(names, name, sure=sure)
    )


def _is_name(words: Sequence[str], name: str, *, sure: bool) -> bool:
    """Return whether words behind a label are a name: known ones, or such as no list of other words has."""
    long = [word for word in words if len(word) > 1]
    if not long or not (listed("NO_VALUE") | listed("CAPITALISED")).isdisjoint(long):
        return False
    if is_organisation(long) or any(word in vocabulary("ORGANISATION_WORDS") for word in long[:1]):
        return False
    if _CASED.match(name) is None:
        return sure or len(words) > 1
    known = [word for word in long if _is_known_name(word) or word in particles_of_people()]
    ordinary = [word for word in long if word in other_words()]
    if name.islower():
        return len(known) == len(long) and not ordinary and (sure or len(long) > 1)
    if sure:
        return len(ordinary) < len(long) or len(known) == len(long)
    # letters of other scripts are not counted
    likely = [word for word in long if word in known or not word.isascii() or resemblance(word) > 0]
    if len(words) == 1:
        return bool(known) and not ordinary and long[0] not in known_places()
    return len(likely) == len(long) and len(ordinary) < len(long)


def _is_known_name(word: str) -> bool:
    return word in given_names() or word in family_names()


def _address(value: Value) -> Iterator[RecognizerResult]:
    """Yield a street with a number, or with a word for a street."""
    sentence = _END_OF_SENTENCE.search(value.text, value.start, value.end)
    written = value.text[value.start : sentence.start() if sentence else value.end].rstrip(" .,;)&")
    words = [fold(word) for word in LONG_WORD.findall(written)]
    street = any(word in vocabulary("STREET_WORDS") or word in vocabulary("STREET_CORE") for word in words)
    if words and (_DIGIT.search(written) or street) and _STREET_BEGINS.match(written):
        yield value.found("STREET_ADDRESS", value.start + len(written), 0.75)


def _place(value: Value) -> Iterator[RecognizerResult]:
    """Yield a place that is written with capitals, or is known."""
    place = value.match(_PLACE)
    name = place[0].rstrip() if place else ""
    words = [fold(word) for word in LONG_WORD.findall(name)]
    if not words or len(words) > _MOST_WORDS or listed("NO_VALUE").issuperset(words):
        return
    known = fold(name) in known_places()
    written = not name[0].islower() and not all(word in other_words() for word in words)
    if len(name) > 1 and ((known and (value.sure or not name.islower())) or written):
        yield value.found("LOCATION", value.start + len(name), 0.7)


def _postal_code(value: Value) -> Iterator[RecognizerResult]:
    """Yield a postal code, with the place behind it."""
    code = value.match(_POSTAL_CODE)
    if code is not None:
        yield value.found("POSTAL_CODE", code.end(), 0.75)
        gap = _BEFORE_PLACE.match(value.text, code.end(), value.end)
        if gap is not None:
            yield from _place(value._replace(start=gap.end()))


def _date_of_birth(value: Value) -> Iterator[RecognizerResult]:
    """Yield a date on which somebody may be born."""
    date = value.match(_DATE)
    if date is not None and birthday(date[0]):
        yield value.found("DATE_OF_BIRTH", date.end(), 0.75)


def _age(value: Value) -> Iterator[RecognizerResult]:
    """Yield the age of a person in years."""
    age = value.match(_AGE)
    if value.sure and age is not None and int(age[0]) <= _OLDEST:
        yield value.found("AGE", age.end(), 0.7)


def _username(value: Value) -> Iterator[RecognizerResult]:
    """Yield the name of an account."""
    yield from _account(_login(value), sure=value.sure)


def _login(value: Value) -> re.Match[str] | None:
    """Return what may be the name of an account; one more character shows whether an address goes on."""
    return _LOGIN.match(value.text, value.start, min(value.end + 1, len(value.text)))


def _account(login: re.Match[str] | None, *, sure: bool) -> Iterator[RecognizerResult]:
    """Yield the name of an account: with the name of a person in it, or unlike other words."""
    if login is None or fold(login[0]) in listed("NO_VALUE"):
        return
    parts = [fold(part) for part in LONG_WORD.findall(login[0])]
    if not listed("NO_VALUE").isdisjoint(parts):
        return
    named = any(_is_of_a_person(part) for part in parts)
    if named or (sure and _OF_LOGINS.search(login[0])) or (not sure and _resembles(parts)):
        yield RecognizerResult("USERNAME", *login.span(), 0.7 if named else 0.6)


def _is_of_a_person(part: str) -> bool:
    return part in personal_names() and (part in given_names() or part not in words_in_small_letters())


def _resembles(parts: list[str]) -> bool:
    ordinary = other_words() | words_in_small_letters() | jobs()
    return all(resemblance(part) > 0 and part not in ordinary for part in parts)


def _number(value: Value) -> Iterator[RecognizerResult]:
    """Yield the number of a patient, a customer or an employee."""
    number = value.match(_NUMBER)
    if value.sure and number is not None and sum(map(str.isdigit, number[0])) >= _FEWEST_DIGITS:
        yield value.found("PSEUDONYM", number.end(), 0.6)


_READERS: Mapping[str, Callable[[Value], Iterator[RecognizerResult]]] = {
    "PERSON": _person,
    "STREET_ADDRESS": _address,
    "LOCATION": _place,
    "POSTAL_CODE": _postal_code,
    "DATE_OF_BIRTH": _date_of_birth,
    "AGE": _age,
    "USERNAME": _username,
    "PSEUDONYM": _number,
}
"""What reads the value behind a label, by the entity that the label says."""

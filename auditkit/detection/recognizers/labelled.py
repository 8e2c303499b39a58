"""Values in text behind a label: `Apellidos: García Ruiz`, `{"city": "Graz"}`, `user=anna.berg`.

A label says in text what the same words say as the name of a column (`auditkit.detection.header`). The value
behind it must have the right form, since many labels of forms and programs stand before other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.birthdays import birthday
from auditkit.detection.header import read
from auditkit.detection.recognizers.stated import DATE
from auditkit.detection.scripts import LONG_WORD, MARKS, WORD
from auditkit.lexicon import (
    family_names,
    fold,
    given_names,
    is_organisation,
    jobs,
    known_places,
    listed,
    other_words,
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

_LETTER = r"[^\W\d_]"
_OF_NAME = rf"[\w{MARKS}'’\-]*\.?"
_CAPITALISED = re.compile(rf"(?:d['’]|O['’]|al-|el-)?(?![a-zß-öø-ÿа-яα-ω]){_LETTER}{_OF_NAME}")
_PARTICLE = re.compile(
    r"(?:van|von|de|del|della|dalla|di|da|do|dos|das|du|des|der|den|ten|ter|te|zu|zum|zur|af|av|bin|bint|ibn|al|el"
    r"|la|las|los|le|y|e|i|und|san|santa)"
)
_WORD = re.compile(rf"{_LETTER}{_OF_NAME}")
_BETWEEN_WORDS = re.compile(r",? {1,2}|(?<=\.)")
_CASED = re.compile("[A-Za-zÀ-ɏͰ-ϿЀ-ӿ԰-֏]")
_ABBREVIATION = re.compile("[ºª]")
_END_OF_SENTENCE = re.compile(r"(?<=\w{5})\. |(?<=\d)\. ")
"""A point behind a word that is too long for an abbreviation, or behind a number."""

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
            value = _value(text, separator, max(starts[at + 1], separator.end()))
            yield from _READERS[label.entity](text, separator.end(), value, label)
    for path in _PATH.finditer(text):
        yield from _account(_SEGMENT.match(text, path.end()), sure=False)


def _value(text: str, separator: re.Match[str], limit: int) -> int:
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


def _person(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    """Yield the name at the beginning of a value."""
    if (
        not label.sure
        and (login := _LOGIN.match(text, start, min(end + 1, len(text))))
        and _OF_LOGINS.search(login[0])
    ):
        yield from _account(login, sure=False)
        return
    at, last, words = start, start, []
    while word := (_WORD.match(text, at, end)):
        if not (_CAPITALISED.fullmatch(word[0]) or _PARTICLE.fullmatch(word[0]) or text[start:end].islower()):
            break
        if _ABBREVIATION.search(word[0]):
            break
        words.append(word[0])
        if not _PARTICLE.fullmatch(word[0]):
            last = word.end()
        gap = _BETWEEN_WORDS.match(text, word.end(), end)
        alone = _HAN.match(word[0]) and word[0] not in family_names()
        if gap is None or alone or len(words) == _MOST_WORDS + 2:
            break
        at = gap.end()
    name = (
        text[start:last].removesuffix(".") if len(text[start:last].split(" ")[-1]) > 2 else text[start:last]
    )
    if _is_name([fold(word.rstrip(".")) for word in words], name, sure=label.sure):
        yield RecognizerResult("PERSON", start, start + len(name), 0.8 if label.sure else 0.7)


def _is_name(words: list[str], name: str, *, sure: bool) -> bool:
    """Return whether words behind a label are a name: known ones, or such as no list of other words has."""
    long = [word for word in words if len(word) > 1]
    if not long or not (listed("NO_VALUE") | listed("CAPITALISED")).isdisjoint(long):
        return False
    if is_organisation(long) or any(word in vocabulary("ORGANISATION_WORDS") for word in long[:1]):
        return False
    if _CASED.match(name) is None:
        return sure or len(words) > 1
    known = [word for word in long if word in given_names() or word in family_names()]
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


def _address(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    """Yield a street with a number, or with a word for a street."""
    sentence = _END_OF_SENTENCE.search(text, start, end)
    value = text[start : sentence.start() if sentence else end].rstrip(" .,;)&")
    words = [fold(word) for word in LONG_WORD.findall(value)]
    street = any(word in vocabulary("STREET_WORDS") or word in vocabulary("STREET_CORE") for word in words)
    if words and (re.search(r"\d", value) or street) and not re.match(r"0x|https?:|www\.|/", value):
        yield RecognizerResult("STREET_ADDRESS", start, start + len(value), 0.75)


def _place(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    """Yield a place that is written with capitals, or is known."""
    value = re.compile(r"[^\d\n.,;()/:]*").match(text, start, end)
    name = (value[0] if value else "").rstrip()
    words = [fold(word) for word in LONG_WORD.findall(name)]
    if not words or len(words) > _MOST_WORDS or listed("NO_VALUE").issuperset(words):
        return
    known = fold(name) in known_places()
    written = not name[0].islower() and not all(word in other_words() for word in words)
    if len(name) > 1 and ((known and (label.sure or not name.islower())) or written):
        yield RecognizerResult("LOCATION", start, start + len(name), 0.7)


def _postal_code(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    """Yield a postal code, with the place behind it."""
    code = _POSTAL_CODE.match(text, start, end)
    if code is not None:
        yield RecognizerResult("POSTAL_CODE", start, code.end(), 0.75)
        behind = re.compile(r",? ").match(text, code.end(), end)
        if behind is not None:
            yield from _place(text, behind.end(), end, label)


def _date_of_birth(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    date = _DATE.match(text, start, end)
    if date is not None and birthday(date[0]):
        yield RecognizerResult("DATE_OF_BIRTH", start, date.end(), 0.75)


def _age(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    age = _AGE.match(text, start, end)
    if label.sure and age is not None and int(age[0]) <= _OLDEST:
        yield RecognizerResult("AGE", start, age.end(), 0.7)


def _username(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    yield from _account(_LOGIN.match(text, start, min(end + 1, len(text))), sure=label.sure)


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


def _number(text: str, start: int, end: int, label: Label) -> Iterator[RecognizerResult]:
    """Yield the number of a patient, a customer or an employee."""
    number = _NUMBER.match(text, start, end)
    if number is not None and label.sure and sum(map(str.isdigit, number[0])) >= _FEWEST_DIGITS:
        yield RecognizerResult("PSEUDONYM", start, number.end(), 0.6)


_READERS: Mapping[str, Any] = {
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

"""What only looks like a personal value: dates, references, clocks of machines, one digit repeated, codes."""

from __future__ import annotations

import re

from presidio_analyzer import RecognizerResult

from auditkit.detection.header import read
from auditkit.detection.telephones import announces_phone
from auditkit.lexicon import fold, listed
from auditkit.vocabulary import ENTITIES

_NUMBERS = frozenset({name for name, entity in ENTITIES.items() if entity.kind}) | frozenset(
    "PHONE_NUMBER CREDIT_CARD US_SSN US_ITIN US_BANK_NUMBER US_DRIVER_LICENSE US_PASSPORT UK_NHS BANK_ACCOUNT"
    " DRIVER_LICENSE PASSPORT DEVICE_ID MEDICAL_LICENSE".split()
)
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d{2}([\-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<![\d./\-])(?:0?[1-9]|[12]\d|3[01])([\-/.])(?:0?[1-9]|1[0-2])\2(?:19|20)\d{2}(?![\d./\-]\d)"
)
_SECONDS = re.compile(r"1[2-9]\d{8}|1[2-9]\d{11}")
"""The clock of a machine, in seconds or milliseconds, between 2008 and 2033."""

_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ .:#=(\"'\-]{0,3}\Z")
_LONGEST_WORD = 24
_CALLED_AFTER = re.compile(r"([^\W\d_]+) (?:de |di |von |van |of |d['’])?\Z")
_CALLED_BEFORE = re.compile(r"(?:['’]s)? ([^\W\d_]+)")
_YEAR = re.compile(r"1[89]\d\d|20[0-4]\d")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_CODES_AROUND = re.compile(r"(?:\A|[\s(])[A-Z]\d{3,5}\b|\b\d{5},")
_AROUND = 24
_BEFORE_CODE, _WORDS_BEFORE = 40, 3
_LABELS = re.compile(r"[\"']?[ \t]{0,2}[:：=](?!//)")
_LABEL_BEFORE = re.compile(
    r"(?:^|[\n;|&?,{])[ \t\"'\-*]*([^\n;|&?,{:=\"]{2,40})[\"']?[ \t]?[:：=][ \t]*[\"']?\Z"
)
_LONGEST_LABEL, _TELLING, _A_LABEL = 48, 4.0, 6.0
_OF_NAMES = frozenset(
    "PERSON LOCATION STREET_ADDRESS POSTAL_CODE NATIONALITY USERNAME FREE_TEXT PHONE_NUMBER"
    " EMAIL_ADDRESS".split()
)
"""What labels say before people and places, and before texts that may name them."""

_PLAIN_PHONE = 0.5


def is_noise(text: str, result: RecognizerResult) -> bool:
    """Return whether a result is a number that means something else.

    A telephone number may be a date, the clock of a machine, or stand behind a word such as `order`. A number
    of one repeated digit identifies nobody.
    """
    value = text[result.start : result.end]
    entity = result.entity_type
    if entity in _NUMBERS and _is_one_digit(value):
        return True
    if entity == "PERSON" and _is_eponym(text, result):
        return True
    if entity in ("PERSON", "LOCATION") and (is_label(text, result) or fold(value) in listed("NO_VALUE")):
        return True
    if entity != "PHONE_NUMBER" or value.startswith("+") or result.score > _PLAIN_PHONE:
        return False
    if any(
        day.start() < result.end for day in _DAY.finditer(text, max(0, result.start - 10), result.end + 10)
    ):
        return not announces_phone(text, result.start)
    if _SECONDS.fullmatch(value) or _is_called_otherwise(text, result.start):
        return not announces_phone(text, result.start)
    return False


def _is_eponym(text: str, result: RecognizerResult) -> bool:
    """Return whether a family name is a part of what a disease, a sign or a method is called."""
    words = [word for word in _LETTERS.finditer(text, result.start, result.end) if not word[0].islower()]
    if len(words) != 1:
        return False
    start = words[0].start()
    before = _CALLED_AFTER.search(text, max(0, start - _LONGEST_WORD), start)
    behind = _CALLED_BEFORE.match(text, result.end)
    return any(word is not None and fold(word[1]) in listed("EPONYM") for word in (before, behind))


def is_label(text: str, result: RecognizerResult) -> bool:
    """Return whether a person or a place is a label itself (`Adı Soyadı:`), or stands behind another one.

    >>> text = "Beruf: Schlosser"
    >>> is_label(text, RecognizerResult("PERSON", 7, 16, 0.9))
    True
    """
    if _LABELS.match(text, result.end):
        itself = read(text[result.start : result.end]).says
        if max(itself.values(), default=0.0) >= _A_LABEL:
            return True
    label = _LABEL_BEFORE.search(text, max(0, result.start - _LONGEST_LABEL), result.start)
    says = read(label[1]).says if label else {}
    return bool(says) and _OF_NAMES.isdisjoint(says) and max(says.values()) >= _TELLING


def is_code(text: str, place: RecognizerResult) -> bool:
    """Return whether digits that are called a place are a code: no street has a number alone."""
    value = text[place.start : place.end]
    if _LETTERS.search(value):
        return False
    if place.entity_type == "POSTAL_CODE" and value.isdigit() and not _is_announced_code(text, place.start):
        return True
    if _YEAR.fullmatch(value) and not _is_called_a_place(text, place.start):
        return True
    if _is_called_otherwise(text, place.start):
        return True
    around = text[max(0, place.start - _AROUND) : place.start] + " " + text[place.end : place.end + _AROUND]
    return place.entity_type != "LOCATION" and _CODES_AROUND.search(around) is not None


def _is_announced_code(text: str, start: int) -> bool:
    """Return whether words before digits announce a postal code, or an address that it is a part of."""
    words = _LETTERS.findall(text[max(0, start - _BEFORE_CODE) : start])
    return any(fold(word) in listed("PLACE_CUES") or word[0].isupper() for word in words[-_WORDS_BEFORE:])


def _is_called_a_place(text: str, start: int) -> bool:
    before = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
    return before is not None and fold(before[1]) in listed("PLACE_CUES")


def _is_one_digit(value: str) -> bool:
    digits = {character for character in value if character.isdigit()}
    return len(digits) == 1 and not any(character.isalpha() for character in value)


def _is_called_otherwise(text: str, start: int) -> bool:
    """Return whether the word before a number says that it is a reference, a code or a count."""
    before = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
    return before is not None and fold(before[1]) in listed("REFERENCE")

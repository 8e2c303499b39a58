"""Telephone numbers that only the words around them give away, and how far a number goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from presidio_analyzer import RecognizerResult

from auditkit.detection.addresses import with_span
from auditkit.lexicon import lines

_EXTENSION = re.compile(r"\s?(?:x|ext\.?)\s?\d{1,6}\b", re.IGNORECASE)
_TRUNK = re.compile(r"(?:\+\d{1,3}|\b00\d{1,3}|\b1)[ .\-]\Z")
_LONGEST_TRUNK = 5

_LONGEST_CALL = 45
_LABELLED = re.compile(r"[ \-,(]{1,2}(?:office|fax|mobile|cell|home|work|phone|tel|direct)\b", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![0-9A-Za-z_.+\-/$€£])(?:(?:\+\d{1,3}[ \-]?|8[ \-])?\(?\d{2,5}\)?(?:[ \-]?\d{2,5}){1,4}"
    r"|\d{3}(?:\.\d{3}){2}|\d{2}(?:\.\d{2}){4})"
    r"(?![0-9A-Za-z_/%]|[.,]\d|-\d)"
)
_ABROAD = re.compile(
    r"(?<![\w.+\-/])\(?(?:\+|(?<=\()00)[1-9]\d{0,2}\)?[ .\-]?"
    r"(?:\(0?\d{0,4}\)[ .\-]?)?\d(?:[ .\-/]?\d){5,12}(?!\d)"
)
"""A number with the code of a country, which needs no word before it."""

_EXTENDED = re.compile(
    r"(?<![\w.+\-/])(?:(?:\+|00)?\d{1,3}[ .\-])?\(?\d{3}\)?[ .\-]?\d{3}[ .\-]?\d{4}"
    r" ?(?:x|ext\.?) ?\d{1,6}\b",
    re.IGNORECASE,
)
FEWEST_DIGITS, _MOST_DIGITS = 6, 15
_NO_PHONE = frozenset(
    "CREDIT_CARD IBAN_CODE US_SSN IP_ADDRESS PHONE_NUMBER STREET_ADDRESS EMAIL_ADDRESS".split()
)
"""What is no telephone number that only the words around it announce."""


@cache
def _called() -> re.Pattern[str]:
    """Return what is said before a telephone number; the words stand in `lexicon/texts.txt`, by language.

    Words with a star may have an ending. Scripts without spaces have no ends of words.
    """
    words = [word for head, items in lines("texts.txt") if head.split()[0] == "PHONE" for word in items]
    latin = [re.escape(word).replace(r"\*", r"\w*") for word in words if word.isascii() or word[0] < "\u0250"]
    others = [re.escape(word) for word in words if not (word.isascii() or word[0] < "\u0250")]
    return re.compile(
        rf"(?:\b(?:{'|'.join(latin)})\b\.?|{'|'.join(others)})[^.!?\n]{{0,30}}\Z",
        re.IGNORECASE,
    )


def announces_phone(text: str, start: int) -> bool:
    """Return whether the words before a position announce a telephone number."""
    return _called().search(text, max(0, start - _LONGEST_CALL), start) is not None


def digits_in(text: str) -> int:
    """Return how many digits a text has."""
    return sum(character.isdigit() for character in text)


def overlaps(start: int, end: int, others: Sequence[RecognizerResult]) -> bool:
    """Return whether a span overlaps any of some results."""
    return any(other.start < end and start < other.end for other in others)


def whole_number(text: str, phone: RecognizerResult) -> RecognizerResult:
    """Return a telephone number with the prefix before it and the extension behind it."""
    extension = _EXTENSION.match(text, phone.end)
    prefix = _TRUNK.search(text, max(0, phone.start - _LONGEST_TRUNK), phone.start)
    return with_span(
        phone,
        start=prefix.start() if prefix else phone.start,
        end=extension.end() if extension else phone.end,
    )


def _is_bare_street(text: str, result: RecognizerResult) -> bool:
    """Return whether a street has no letters: the names model takes the groups of some numbers for one."""
    value = text[result.start : result.end]
    return result.entity_type == "STREET_ADDRESS" and not any(map(str.isalpha, value))


def announced_phones(text: str, known: Collection[RecognizerResult]) -> Iterator[RecognizerResult]:
    """Yield digits that the words around them call a telephone number, and numbers that need no words.

    These have an extension, or the code of a country.
    """
    taken = [r for r in known if r.entity_type in _NO_PHONE and not _is_bare_street(text, r)]
    for digits in _DIGITS.finditer(text):
        start, end = digits.span()
        if not FEWEST_DIGITS <= digits_in(digits[0]) <= _MOST_DIGITS or overlaps(start, end, taken):
            continue
        if announces_phone(text, start) or _LABELLED.match(text, end):
            yield RecognizerResult("PHONE_NUMBER", start, end, 0.5)
    for form in (_EXTENDED, _ABROAD):
        for written in form.finditer(text):
            yield RecognizerResult("PHONE_NUMBER", *written.span(), 0.6)

"""How the results of several recognisers in one text are put together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from presidio_analyzer import RecognizerResult

from auditkit.detection.addresses import PLACES, joined_places, with_span
from auditkit.detection.people import people
from auditkit.vocabulary import ENTITIES

_NAMES = PLACES | {"PERSON"}
_VALIDATED = frozenset({"CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "EMAIL_ADDRESS"})
_OFFICIAL = frozenset({name for name, entity in ENTITIES.items() if entity.kind}) | {
    "BANK_ACCOUNT",
    "DRIVER_LICENSE",
}
_SURE = 0.75
"""The score of our shapes and announced numbers.

Presidio gives 1 to any ten digits that pass the check of the NHS number.
"""

_WEAK_SSN = 0.3
_EXTENSION = re.compile(r"\s?(?:x|ext\.?)\s?\d{1,6}\b", re.IGNORECASE)
_TRUNK = re.compile(r"(?:\+\d{1,3}|\b00\d{1,3}|\b1)[ .\-]\Z")
_LONGEST_TRUNK = 5

_CALLED = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|cellphone|fax|call|called|calling|answer\w*|dial|ring|text|sms"
    r"|whatsapp|contact|reach|(?:my|the|his|her|our|your|their) number is"
    r"|telefon\w*|handy\w*|anruf\w*|rufnummer|portable|appel\w*|tel[eé]fono|movil|llama\w*|chiama\w*"
    r"|cellulare|bel|mobiel|telefone|celular|ligu\w*|zadzwo\w*)\b[^.!?\n]{0,30}\Z",
    re.IGNORECASE,
)
_LONGEST_CALL = 45
_LABELLED = re.compile(r"[ \-,(]{1,2}(?:office|fax|mobile|cell|home|work|phone|tel|direct)\b", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.+\-/$€£])(?:\+\d{1,3}[ \-]?)?\(?\d{2,5}\)?(?:[ \-]?\d{2,5}){1,4}(?![\w/%]|[.,]\d|-\d)"
)
_EXTENDED = re.compile(
    r"(?<![\w.+\-/])(?:(?:\+|00)?\d{1,3}[ .\-])?\(?\d{3}\)?[ .\-]?\d{3}[ .\-]?\d{4}"
    r" ?(?:x|ext\.?) ?\d{1,6}\b",
    re.IGNORECASE,
)
_FEWEST_DIGITS, _MOST_DIGITS = 6, 15
_NO_PHONE = frozenset(
    "CREDIT_CARD IBAN_CODE US_SSN IP_ADDRESS PHONE_NUMBER STREET_ADDRESS EMAIL_ADDRESS".split()
)
"""What is no telephone number that only the words around it announce."""


def refined(text: str, results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Return the results without contradictions, with the parts of names and addresses joined.

    A validated number takes precedence over a telephone number in the same place. A title belongs to the name
    behind it. Parts of an address that stand close together are one address.
    """
    kept = _consistent(text, results)
    kept = [_whole_number(text, r) if r.entity_type == "PHONE_NUMBER" else r for r in kept]
    kept += [_whole_number(text, phone) for phone in _announced(text, kept)]
    phones = [r for r in kept if r.entity_type == "PHONE_NUMBER"]
    places = [_without_phone(r, phones) for r in kept if r.entity_type in PLACES]
    joined = joined_places(text, places)
    named = people(text, [r for r in kept if r.entity_type == "PERSON"], joined)
    others = [r for r in kept if r.entity_type != "PERSON" and r.entity_type not in PLACES]
    found = named + others + joined
    return sorted(found, key=lambda r: (r.start, r.end, r.entity_type))


def _consistent(text: str, results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Return the results that no surer one contradicts."""
    kept = [r for r in results if r.entity_type != "US_SSN" or r.score >= _WEAK_SSN]
    mails = [r for r in kept if r.entity_type == "EMAIL_ADDRESS"]
    numbers = [
        r
        for r in kept
        if r.entity_type in _VALIDATED or (r.entity_type in _OFFICIAL and _SURE <= r.score < 1)
    ]

    def stands(result: RecognizerResult) -> bool:
        if result.entity_type in _NAMES:
            return not any(m.start <= result.start and result.end <= m.end for m in mails)
        if result.entity_type == "PHONE_NUMBER":
            enough = _digits_in(text[result.start : result.end]) >= _FEWEST_DIGITS
            return enough and not _overlaps(result.start, result.end, numbers)
        return True

    return list(filter(stands, kept))


def _digits_in(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _overlaps(start: int, end: int, others: Sequence[RecognizerResult]) -> bool:
    return any(other.start < end and start < other.end for other in others)


def _whole_number(text: str, phone: RecognizerResult) -> RecognizerResult:
    """Return a telephone number with the prefix before it and the extension behind it."""
    extension = _EXTENSION.match(text, phone.end)
    prefix = _TRUNK.search(text, max(0, phone.start - _LONGEST_TRUNK), phone.start)
    return with_span(
        phone,
        start=prefix.start() if prefix else phone.start,
        end=extension.end() if extension else phone.end,
    )


def _announced(text: str, known: Collection[RecognizerResult]) -> Iterator[RecognizerResult]:
    """Yield digits that the words around them call a telephone number, and numbers with an extension."""
    taken = [r for r in known if r.entity_type in _NO_PHONE]
    for digits in _DIGITS.finditer(text):
        start, end = digits.span()
        if not _FEWEST_DIGITS <= _digits_in(digits[0]) <= _MOST_DIGITS or _overlaps(start, end, taken):
            continue
        if _CALLED.search(text, max(0, start - _LONGEST_CALL), start) or _LABELLED.match(text, end):
            yield RecognizerResult("PHONE_NUMBER", start, end, 0.5)
    for extended in _EXTENDED.finditer(text):
        yield RecognizerResult("PHONE_NUMBER", *extended.span(), 0.6)


def _without_phone(place: RecognizerResult, phones: Sequence[RecognizerResult]) -> RecognizerResult:
    """Return a place without the telephone number that it ends in."""
    starts = (phone.start for phone in phones if place.start < phone.start < place.end)
    return with_span(place, end=min(starts, default=place.end))

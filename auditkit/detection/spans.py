"""How the results of several recognisers in one text are put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from presidio_analyzer import RecognizerResult

from auditkit.detection.addresses import PLACES, is_announced, joined_places, with_span
from auditkit.detection.noise import is_code, is_noise
from auditkit.detection.people import people
from auditkit.detection.telephones import (
    FEWEST_DIGITS,
    announced_phones,
    announces_phone,
    digits_in,
    overlaps,
    whole_number,
)
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

_STUCK = re.compile("(?:[^@]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\s@+]*[=/?&])(?=[!-.0-<>A-~]+@)")
"""What stands right before an e-mail address in ASCII: words without spaces, the name of a parameter."""


def refined(text: str, results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Return the results without contradictions, with the parts of names and addresses joined.

    A validated number takes precedence over a telephone number in the same place. A title belongs to the name
    behind it. Parts of an address that stand close together are one address.
    """
    kept = _consistent(text, (_bare_mail(text, r) for r in results if not is_noise(text, r)))
    kept = [whole_number(text, r) if r.entity_type == "PHONE_NUMBER" else r for r in kept]
    kept += [whole_number(text, phone) for phone in announced_phones(text, kept)]
    phones = [r for r in kept if r.entity_type == "PHONE_NUMBER"]
    found = [r for r in kept if r.entity_type == "PERSON"]
    places = [_without_phone(r, phones) for r in kept if r.entity_type in PLACES]
    places = [place for place in places if not _is_taken(text, place, [*found, *phones])]
    joined = [place for place in joined_places(text, places) if not is_code(text, place)]
    named = people(text, found, joined)
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
        if result.entity_type in _OFFICIAL and result.score == 1:
            return not announces_phone(text, result.start)
        if result.entity_type == "PHONE_NUMBER":
            enough = digits_in(text[result.start : result.end]) >= FEWEST_DIGITS
            return enough and not overlaps(result.start, result.end, numbers)
        return True

    return list(filter(stands, kept))


def _bare_mail(text: str, result: RecognizerResult) -> RecognizerResult:
    """Return an e-mail address without what is stuck to it: words of a script without spaces, `email=`."""
    if result.entity_type != "EMAIL_ADDRESS":
        return result
    stuck = _STUCK.match(text, result.start, result.end)
    return with_span(result, start=stuck.end()) if stuck else result


def _is_taken(text: str, place: RecognizerResult, others: Iterable[RecognizerResult]) -> bool:
    """Return whether a place is a part of a telephone number, or a person whom words announce.

    Such a person takes the title before the name, too, which the names model may call a street (`Dr`).
    """
    if is_announced(place):
        return False
    no_number = not digits_in(text[place.start : place.end])
    return any(
        (other.start <= place.start and place.end <= other.end)
        or (
            no_number and other.entity_type == "PERSON" and place.start < other.start < place.end <= other.end
        )
        for other in others
        if other.entity_type == "PHONE_NUMBER" or is_announced(other)
    )


def _without_phone(place: RecognizerResult, phones: Sequence[RecognizerResult]) -> RecognizerResult:
    """Return a place without the telephone number that it ends in."""
    starts = (phone.start for phone in phones if place.start < phone.start < place.end)
    return with_span(place, end=min(starts, default=place.end))

"""How the parts of addresses in one text are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from presidio_analyzer import RecognizerResult

PLACES = frozenset({"STREET_ADDRESS", "LOCATION", "POSTAL_CODE"})
"""The entities that parts of an address have."""

_ANNOUNCING = frozenset({"auditkit announced people", "auditkit labelled values"})
"""What reads the words before a name or a place, and is surer of its kind than the names model."""

_STREET = re.compile(
    r"\s+(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Terrace|Way"
    r"|Highway|Parkway|Circle|Crescent|Close)\b\.?",
    re.IGNORECASE,
)
_NAMED_STREET = re.compile(rf"(?:\d|{_STREET.pattern})\Z", re.IGNORECASE)
_UNIT = re.compile(
    r"\b(?:Suite|Ste\.?|Apt\.?|Apartment|Unit|Flat|P\.?\s?O\.?\s?Box|PSC|Box)\s*#?\s*\d+[A-Za-z]?\b",
    re.IGNORECASE,
)
_MILITARY = re.compile(
    r"\b(?:(?:USS|USNS|USNV|USCGC|USAV)\s+[^\d\n,]{2,30}|(?:PSC|CMR|Unit)\s+\d+,?\s+Box\s+\d+)"
    r"[\s,]+(?:APO|FPO|DPO)[\s,]+A[AEP]\s+\d{5}(?:-\d{4})?\b",
    re.IGNORECASE,
)
"""Addresses of the forces of the United States abroad (USPS Publication 28, section 238)."""

_CORNER = re.compile(r"\b(?:the\s+)?corner\s+of\s+\Z", re.IGNORECASE)
_OF_TWO_STREETS = re.compile(r"(?:the\s+)?corner\s+of\b", re.IGNORECASE)
_BEFORE_CORNER = 15

_END_OF_THOUGHT = re.compile(
    r"[.!?;]\s|[:=\u3002\uff0c\uff1a]|[^\W\d_\u0000-\u0589]"
    r"|\b(?:and|or|from|to|in|at|is|was|near|for|with|by|of|via|und|et|y|e|en|à|a|te|em|w|wohnhaft|wonende|demeurant|résidant|residente|aus|con|c/o)\b",
    re.IGNORECASE,
)
"""The end of a sentence, a label, letters of scripts without spaces, or a word between two places."""

_LINE = re.compile(r"[ \t]*\n[ \t>?*|]*[^\W\d_][^\s\d:@.!?]*(?: [^\s\d:@.!?]+){0,3}[ \t]*\n[ \t>?*|]*")
"""A line of words between two lines of an address."""

_SHORT_GAP, _LONGEST_GAP = 12, 60
"""How many characters two parts of an address are apart at most; more than the first only with reason."""


def joined_places(text: str, places: Sequence[RecognizerResult]) -> list[RecognizerResult]:
    """Return places with the street words beside them, joined where they are one address."""
    parts = [*places, *_found_by_form(text, with_units=bool(places))]
    joined: list[RecognizerResult] = []
    for part in sorted(parts, key=lambda place: (place.start, -place.end)):
        place = _with_corner(text, _with_street_word(text, part))
        last = joined[-1] if joined else None
        if last is not None and place.start <= last.end:
            joined[-1] = with_span(last, end=max(last.end, place.end), entity=_entity_of(last, place))
        elif last is not None and _belongs(text, last, place):
            joined[-1] = with_span(last, end=place.end, entity=_entity_of(last, place))
        else:
            joined.append(place)
    return joined


def _found_by_form(text: str, *, with_units: bool) -> Iterator[RecognizerResult]:
    """Yield military addresses, and flats and boxes if they are asked for."""
    for unit in _UNIT.finditer(text) if with_units else ():
        yield RecognizerResult("STREET_ADDRESS", unit.start(), unit.end(), 0.6)
    for military in _MILITARY.finditer(text):
        yield RecognizerResult("STREET_ADDRESS", military.start(), military.end(), 0.9)


def _with_street_word(text: str, place: RecognizerResult) -> RecognizerResult:
    """Return a street with the word for a street behind it."""
    if place.entity_type != "STREET_ADDRESS" or _NAMED_STREET.search(text, place.start, place.end):
        return place
    word = _STREET.match(text, place.end)
    return with_span(place, end=word.end()) if word else place


def _with_corner(text: str, place: RecognizerResult) -> RecognizerResult:
    """Return a street with `the corner of` in front of it."""
    if place.entity_type != "STREET_ADDRESS":
        return place
    corner = _CORNER.search(text, max(0, place.start - _BEFORE_CORNER), place.start)
    return with_span(place, start=corner.start()) if corner else place


def _belongs(text: str, last: RecognizerResult, place: RecognizerResult) -> bool:
    """Return whether a place goes on with the address before it.

    A line between two lines of an address belongs to it, and a corner is of two streets.
    """
    gap, address = text[last.end : place.start], text[last.start : last.end]
    if len(gap) > _LONGEST_GAP:
        return False
    if len(gap) <= _SHORT_GAP and not _END_OF_THOUGHT.search(gap):
        return True
    if gap.split() == ["and"]:
        return _OF_TWO_STREETS.match(address) is not None and " and " not in address
    return last.entity_type == "STREET_ADDRESS" and _LINE.fullmatch(gap) is not None


def _entity_of(first: RecognizerResult, second: RecognizerResult) -> str:
    entities = {str(first.entity_type), str(second.entity_type)}
    if len(entities) == 1:
        return entities.pop()
    return "STREET_ADDRESS" if "STREET_ADDRESS" in entities else "LOCATION"


def with_span(
    result: RecognizerResult, *, start: int | None = None, end: int | None = None, entity: str | None = None
) -> RecognizerResult:
    """Return a result with another start, end or entity."""
    return RecognizerResult(
        entity or result.entity_type,
        result.start if start is None else start,
        result.end if end is None else end,
        result.score,
        result.analysis_explanation,
        result.recognition_metadata,
    )


def is_announced(result: RecognizerResult) -> bool:
    """Return whether words before a person or a place announce it."""
    metadata = result.recognition_metadata or {}
    return metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY) in _ANNOUNCING

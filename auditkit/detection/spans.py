"""Putting together what different recognisers found in one text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from presidio_analyzer import RecognizerResult

from auditkit.vocabulary import ENTITIES

_VALIDATED = frozenset({"CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "EMAIL_ADDRESS"})
_OFFICIAL = frozenset(name for name, entity in ENTITIES.items() if entity.kind) | {
    "BANK_ACCOUNT",
    "DRIVER_LICENSE",
}
_SURE = 0.75  # what our shapes and announced numbers have; Presidio gives 1 to any ten digits with the check of the NHS number
_PLACES = frozenset({"STREET_ADDRESS", "LOCATION", "POSTAL_CODE"})
_NAMES = _PLACES | {"PERSON"}
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Herr|Frau|Monsieur|Madame|Señor|Señora)\.?\s+$"
)
_APART = re.compile(
    r"[.!?;]\s|\b(?:and|or|from|to|in|at|is|was|near|for|with|by|of|via|und|et|y|e|en)\b", re.IGNORECASE
)
_STREET = re.compile(
    r"\s+(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Terrace|Way|Highway|Parkway|Circle|Crescent|Close)\b\.?",
    re.IGNORECASE,
)
_NAMED_STREET = re.compile(rf"(?:\d|{_STREET.pattern})\Z", re.IGNORECASE)
_LINE = re.compile(r"[ \t]*\n[ \t>?*|]*[^\W\d_][^\s\d:@.!?]*(?: [^\s\d:@.!?]+){0,3}[ \t]*\n[ \t>?*|]*")
_UNIT = re.compile(
    r"\b(?:Suite|Ste\.?|Apt\.?|Apartment|Unit|Flat|P\.?\s?O\.?\s?Box|PSC|Box)\s*#?\s*\d+[A-Za-z]?\b",
    re.IGNORECASE,
)
_REACH, _FAR = 12, 60
_CORNER = re.compile(r"\b(?:the\s+)?corner\s+of\s+\Z", re.IGNORECASE)
_OF_TWO_STREETS = re.compile(r"(?:the\s+)?corner\s+of\b", re.IGNORECASE)
_MILITARY = re.compile(  # of the United States' forces abroad (USPS Publication 28, section 238)
    r"\b(?:(?:USS|USNS|USNV|USCGC|USAV)\s+[^\d\n,]{2,30}|(?:PSC|CMR|Unit)\s+\d+,?\s+Box\s+\d+)[\s,]+(?:APO|FPO|DPO)[\s,]+A[AEP]\s+\d{5}(?:-\d{4})?\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s\Z")
_EXTENSION = re.compile(r"\s?(?:x|ext\.?)\s?\d{1,6}\b", re.IGNORECASE)
_TRUNK = re.compile(r"(?:\+\d{1,3}|\b00\d{1,3}|\b1)[ .\-]\Z")
_TOLD = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|cellphone|fax|call|called|calling|answer\w*|dial|ring|text|sms|whatsapp|contact|reach"
    r"|(?:my|the|his|her|our|your|their) number is"
    r"|telefon\w*|handy\w*|anruf\w*|rufnummer|portable|appel\w*|tel[eé]fono|movil|llama\w*|chiama\w*|cellulare|bel|mobiel|telefone"
    r"|celular|ligu\w*|zadzwo\w*)\b[^.!?\n]{0,30}\Z",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[ \-,(]{1,2}(?:office|fax|mobile|cell|home|work|phone|tel|direct)\b", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.+\-/$€£])(?:\+\d{1,3}[ \-]?)?\(?\d{2,5}\)?(?:[ \-]?\d{2,5}){1,4}(?![\w/%]|[.,]\d|-\d)"
)
_EXTENDED = re.compile(
    r"(?<![\w.+\-/])(?:(?:\+|00)?\d{1,3}[ .\-])?\(?\d{3}\)?[ .\-]?\d{3}[ .\-]?\d{4} ?(?:x|ext\.?) ?\d{1,6}\b",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 6
_NOT_A_NUMBER = frozenset(
    {"CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS", "EMAIL_ADDRESS"}
)


def refined(text: str, results: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """Return the results with contradictions removed and the parts of names and addresses joined.

    A validated number beats a telephone number in the same place, a title belongs to the name behind it,
    parts of an address that stand close together are one address.
    """
    kept = [r for r in results if not (r.entity_type == "US_SSN" and r.score < 0.3)]
    mails = [r for r in kept if r.entity_type == "EMAIL_ADDRESS"]
    kept = [
        r
        for r in kept
        if r.entity_type not in _NAMES or not any(m.start <= r.start and r.end <= m.end for m in mails)
    ]
    kept = [
        r
        for r in kept
        if r.entity_type != "PHONE_NUMBER"
        or sum(c.isdigit() for c in text[r.start : r.end]) >= _FEWEST_DIGITS
    ]
    strong = [
        r
        for r in kept
        if r.entity_type in _VALIDATED or (r.entity_type in _OFFICIAL and _SURE <= r.score < 1)
    ]
    kept = [
        r
        for r in kept
        if r.entity_type != "PHONE_NUMBER" or not any(s.start < r.end and r.start < s.end for s in strong)
    ]
    kept = [_whole_number(text, r) if r.entity_type == "PHONE_NUMBER" else r for r in kept]
    kept += [_whole_number(text, r) for r in _announced(text, kept)]
    phones = [r for r in kept if r.entity_type == "PHONE_NUMBER"]
    places = [_before(r, phones) for r in kept if r.entity_type in _PLACES]
    rest = [
        _titled(text, r) if r.entity_type == "PERSON" else r for r in kept if r.entity_type not in _PLACES
    ]
    return sorted(rest + _joined(text, places), key=lambda r: (r.start, r.end, r.entity_type))


def _whole_number(text: str, phone: RecognizerResult) -> RecognizerResult:
    """Return a telephone number with the prefix before it and the extension behind it."""
    extension = _EXTENSION.match(text, phone.end)
    prefix = _TRUNK.search(text, max(0, phone.start - 5), phone.start)
    return _with(
        phone,
        start=prefix.start() if prefix else phone.start,
        end=extension.end() if extension else phone.end,
    )


def _announced(text: str, kept: list[RecognizerResult]) -> list[RecognizerResult]:
    """Return groups of six to twelve digits that the words before or behind them call a telephone number."""
    taken = [(r.start, r.end) for r in kept if r.entity_type in _NOT_A_NUMBER]
    return [
        RecognizerResult("PHONE_NUMBER", *m.span(), 0.5)
        for m in _DIGITS.finditer(text)
        if _FEWEST_DIGITS <= sum(c.isdigit() for c in m[0]) <= 15
        and (_TOLD.search(text, max(0, m.start() - 45), m.start()) or _LABELLED.match(text, m.end()))
        and not any(start < m.end() and m.start() < end for start, end in taken)
    ] + [RecognizerResult("PHONE_NUMBER", *m.span(), 0.6) for m in _EXTENDED.finditer(text)]


def _before(place: RecognizerResult, phones: list[RecognizerResult]) -> RecognizerResult:
    """Return a place without the telephone number that it ends in."""
    end = min((phone.start for phone in phones if place.start < phone.start < place.end), default=place.end)
    return _with(place, end=end)


def _titled(text: str, person: RecognizerResult) -> RecognizerResult:
    title = _TITLE.search(text, max(0, person.start - 14), person.start)
    owns = _POSSESSIVE.search(text, person.start, person.end)
    return _with(
        person, start=title.start() if title else person.start, end=owns.start() if owns else person.end
    )


def _joined(text: str, places: list[RecognizerResult]) -> list[RecognizerResult]:
    """Return places with the street words beside them, joined where a short gap is no end of a thought."""
    if places:
        places = places + [
            RecognizerResult("STREET_ADDRESS", m.start(), m.end(), 0.6) for m in _UNIT.finditer(text)
        ]
    places = places + [
        RecognizerResult("STREET_ADDRESS", m.start(), m.end(), 0.9) for m in _MILITARY.finditer(text)
    ]
    out: list[RecognizerResult] = []
    for place in sorted(places, key=lambda r: (r.start, -r.end)):
        street = _STREET.match(text, place.end) if place.entity_type == "STREET_ADDRESS" else None
        if street and not _NAMED_STREET.search(text, place.start, place.end):
            place = _with(place, end=street.end())
        last = out[-1] if out else None
        if place.entity_type == "STREET_ADDRESS" and (
            corner := _CORNER.search(text, max(0, place.start - 15), place.start)
        ):
            place = _with(place, start=corner.start())
        if last is not None and place.start <= last.end:
            out[-1] = _with(last, end=max(last.end, place.end), entity=_of(last, place))
        elif last is not None and place.start - last.end <= _FAR and _belongs(text, last, place):
            out[-1] = _with(last, end=place.end, entity=_of(last, place))
        else:
            out.append(place)
    return out


def _belongs(text: str, last: RecognizerResult, place: RecognizerResult) -> bool:
    """Return whether a place goes on with the address before it: a line between two lines of it is one too, a
    corner is of two streets.
    """
    gap, address = text[last.end : place.start], text[last.start : last.end]
    if len(gap) <= _REACH and not _APART.search(gap):
        return True
    if gap.split() == ["and"]:
        return _OF_TWO_STREETS.match(address) is not None and " and " not in address
    return last.entity_type == "STREET_ADDRESS" and _LINE.fullmatch(gap) is not None


def _of(first: RecognizerResult, second: RecognizerResult) -> str:
    kinds = {first.entity_type, second.entity_type}
    return (
        str(kinds.pop()) if len(kinds) == 1 else "STREET_ADDRESS" if "STREET_ADDRESS" in kinds else "LOCATION"
    )


def _with(
    result: RecognizerResult, *, start: int | None = None, end: int | None = None, entity: str | None = None
) -> RecognizerResult:
    return RecognizerResult(
        entity or result.entity_type, result.start if start is None else start,
        result.end if end is None else end, result.score, result.analysis_explanation,
        result.recognition_metadata,
    )  # fmt: skip

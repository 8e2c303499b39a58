"""Telephone numbers among digits in groups: which of them a numbering plan has, and which only look so.

A plan has one in five or ten of the numbers that begin as it asks for; all plans of the world together have
more than half. So a valid number without a country code proves little by itself. If it is no telephone
number, some others that are written alike do not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from auditkit.detection.recognizers.countries import countries

_ALIKE = re.compile(
    r"(?<![0-9A-Za-z_.+\-/])(?:"
    r"\+[0-9](?:[0-9 .\-/()]{5,20}[0-9])"
    r"|\([0-9]{2,5}\)[ .\-/]?[0-9](?:[ .\-]?[0-9]){4,9}"
    r"|[0-9](?:[ .\-/]?[0-9]){6,17}"
    r")(?![0-9A-Za-z_\-/])"
)
"""Digits that are written as telephone numbers may be, whatever they begin with."""

_DATE = re.compile(
    r"(?:[0-9]{1,2}[./\-]){2}(?:[0-9]{2}|[0-9]{4})(?![0-9])"
    r"|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}(?![0-9])"
)
_BEGINS = re.compile(
    r"\+[1-9]|00[1-9]|\(|0[0-9]{1,4}[ .\-/]|(?:1[ .\-])?[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}$"
)
_GROUPED = re.compile(r"\+[0-9]+(?:[ \-/(]|\.[0-9]+\.)")
"""A country code, and groups behind it."""

_ABROAD = ("+", "00")
"""What stands before a country code."""

_OF_EACH, _OF_ALL = 3, 200
"""How many numbers are looked at: of each text, and of all texts."""

_OFTEN = 5
"""A way of writing that occurs so often is judged by itself; all rarer ones are judged together."""

_SHARE_ABROAD, _SHARE_HERE, _SHARE_OF_RARE = 0.25, 0.5, 0.2
"""The share of numbers that must exist: with a country code, without one, and written in rare ways."""


def telephone(found: Sequence[str], texts: Sequence[str]) -> Callable[[str], bool]:
    """Return what accepts telephone numbers that exist in some numbering plan.

    A number in groups behind a country code is accepted if it exists. Other digits are accepted if many
    numbers that are written in the same way exist too.

    Args:
        found: some of the numbers.
        texts: some of the cells.
    """
    written, valid = Counter[str](), Counter[str]()
    for number in _alike(texts):
        way = _way(number)
        written[way] += 1
        valid[way] += bool(_BEGINS.match(number)) and _exists(number)
    rare = [way for way, n in written.items() if n < _OFTEN]
    others = sum(written[way] for way in rare)
    rare_are_real = others < _OFTEN or sum(valid[way] for way in rare) >= _SHARE_OF_RARE * others
    local = [number for number in found if not number.startswith(_ABROAD)]
    local_are_real = sum(map(telephone_local, local)) >= 0.5 * len(local)

    def accepts(number: str) -> bool:
        if _GROUPED.match(number):
            return telephone_abroad(number)
        way, abroad = _way(number), number.startswith(_ABROAD)
        if written[way] >= _OFTEN:
            real = valid[way] >= (_SHARE_ABROAD if abroad else _SHARE_HERE) * written[way]
        else:
            real = rare_are_real and (abroad or local_are_real)
        return real and _exists(number)

    return accepts


def _alike(texts: Sequence[str]) -> Iterator[str]:
    """Yield digits that are written as telephone numbers may be."""
    seen = 0
    for text in texts:
        for at, match in enumerate(_ALIKE.finditer(text)):
            if at >= _OF_EACH or seen >= _OF_ALL:
                break
            if not _DATE.match(match[0]):
                seen += 1
                yield match[0]
        if seen >= _OF_ALL:
            return


def _way(number: str) -> str:
    """Return how a number is written: every digit is replaced."""
    return re.sub("[0-9]", "#", number)


def _exists(number: str) -> bool:
    return telephone_abroad(number) or (not number.startswith("+") and telephone_local(number))


@cache
def telephone_abroad(text: str) -> bool:
    """Return whether a number with its country code is valid in the numbering plan of the country."""
    if not text.startswith(_ABROAD):
        return False
    return _is_valid("+" + text[2:] if text.startswith("00") else text, None)


@cache
def telephone_local(text: str) -> bool:
    """Return whether a number without a country code is valid in a plan that leaves many digits unused."""
    return any(_is_valid(text, country.phone_region) for country in countries() if country.phone_region)


def _is_valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False

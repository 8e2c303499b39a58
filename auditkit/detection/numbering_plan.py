"""Telephone numbers among digits in groups: which exist in a numbering plan, and which only look as if they
did.

A plan takes one number in five or ten that begins as it should, and the plans of the world together more than
half: by itself a valid number without a country code proves little. What is no telephone number stands among
others written alike that cannot be one.
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
_DAY = re.compile(
    r"(?:[0-9]{1,2}[./\-]){2}(?:[0-9]{2}|[0-9]{4})(?![0-9])|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}(?![0-9])"
)
_BEGINS = re.compile(
    r"\+[1-9]|00[1-9]|\(|0[0-9]{1,4}[ .\-/]|(?:1[ .\-])?[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}$"
)
_GROUPED = re.compile(r"\+[0-9]+(?:[ \-/(]|\.[0-9]+\.)")
_EACH, _MOST = 3, 200  # of a text, and of all
_OFTEN, _ABROAD, _HERE, _RARELY = 5, 0.25, 0.5, 0.2
"""A way of writing that occurs so often is judged by itself: so many must exist of those with a country's
code, and of others; and so many of all that are written in other ways, together."""


def telephone(found: Sequence[str], texts: Sequence[str]) -> Callable[[str], bool]:
    """Return what accepts telephone numbers that exist in some numbering plan.

    A number in groups behind its country's code is one. Other digits count where most of what is written in
    the same way is one.

    Args:
        found: some of the numbers.
        texts: some of the cells.
    """
    written, valid = Counter[str](), Counter[str]()
    for number in _alike(texts):
        form = _form(number)
        written[form] += 1
        valid[form] += bool(_BEGINS.match(number)) and _exists(number)
    rare = [form for form, n in written.items() if n < _OFTEN]
    others = sum(written[form] for form in rare)
    few = others < _OFTEN or sum(valid[form] for form in rare) >= _RARELY * others
    local = [number for number in found if not number.startswith(("+", "00"))]
    plausible = sum(map(telephone_local, local)) >= 0.5 * len(local)

    def accepts(number: str) -> bool:
        if _GROUPED.match(number):
            return telephone_abroad(number)
        form, abroad = _form(number), number.startswith(("+", "00"))
        often = valid[form] >= (_ABROAD if abroad else _HERE) * written[form]
        return (often if written[form] >= _OFTEN else few and (abroad or plausible)) and _exists(number)

    return accepts


def _alike(texts: Sequence[str]) -> Iterator[str]:
    """Yield digits that are written as telephone numbers may be, whatever they begin with."""
    seen = 0
    for text in texts:
        for at, match in enumerate(_ALIKE.finditer(text)):
            if at >= _EACH or seen >= _MOST:
                break
            if not _DAY.match(match[0]):
                seen += 1
                yield match[0]
        if seen >= _MOST:
            return


def _form(number: str) -> str:
    return re.sub("[0-9]", "#", number)


def _exists(number: str) -> bool:
    return telephone_abroad(number) or (not number.startswith("+") and telephone_local(number))


@cache
def telephone_abroad(text: str) -> bool:
    """Return whether a number with its country code is valid in the numbering plan of the country."""
    return text.startswith(("+", "00")) and _valid("+" + text[2:] if text.startswith("00") else text, None)


@cache
def telephone_local(text: str) -> bool:
    """Return whether a number without a country code is valid in one of some countries."""
    return any(_valid(text, country.phone_region) for country in countries() if country.phone_region)


def _valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False

"""Numbers of companies, goods and publications, found so that they are not taken for personal data.

Where only the digits say so, chance must be ruled out: five values at least, nearly all of them valid. Some
numbers of people pass the same check: a French SIREN is a Canadian SIN, an ISBN of ten digits is an NHS
number. There the column's name decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from auditkit.detection.recognizers.countries import countries
from auditkit.detection.recognizers.country import Compact, CompanyNumber, compact
from auditkit.lexicon import lines
from auditkit.vocabulary import ENTITIES

_NUMBERS_OF_PEOPLE = frozenset(
    "NATIONAL_ID TAX_ID PASSPORT DRIVER_LICENSE BANK_ACCOUNT CREDIT_CARD PHONE_NUMBER POSTAL_CODE DEVICE_ID"
    " LICENSE_PLATE VIN HEALTH USERNAME PSEUDONYM IP_ADDRESS DATE_OF_BIRTH GEO_COORDINATES CRYPTO".split()
)
_FEWEST, _NEARLY_ALL, _LARGEST_CHANCE = 5, 0.95, 0.15
_LOOKED_AT = 200

_VERSION = re.compile(r"(?<![\w.\-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_FEW = 20
_SMALL, _SMALL_OF_MANY = 32, 64
"""The parts of a version number stay below these limits, the parts of an address do not.

All four parts must stay below the first limit. Of more than 20 values, the first two parts must stay below
the second.
"""

_VAT_NAMED = "vat, vat number, vat no, vat id, vat reg no"


@dataclass(frozen=True)
class Business:
    """A kind of number that no person has.

    Attributes:
        label: what it is called.
        named: the column's name says so.
        holds: whether a text is such a number.
    """

    label: str
    named: bool
    holds: Callable[[str], bool] = lambda text: True

    def explains(self, entity: str) -> bool:
        """Return whether it explains values that look like an entity of a person.

        >>> Business("ISBN", False).explains("UK_NHS"), Business("ISBN", False).explains("EMAIL_ADDRESS")
        (True, False)
        """
        return entity in _NUMBERS_OF_PEOPLE or ENTITIES[entity].kind in _NUMBERS_OF_PEOPLE


def business(tokens: Sequence[str], texts: Sequence[str]) -> Business | None:
    """Return the kind of number that the values of a column are, or None.

    Args:
        tokens: the words of the column's name.
        texts: distinct values.

    >>> business(("isbn",), ["978-0-471-11709-4"]).label
    'ISBN'
    >>> business(("c",), ["0378-5955", "2041-1723", "1476-4687", "0036-8075", "1095-9203"]).label
    'ISSN'
    """
    values = [compact(text) for text in texts[:_LOOKED_AT]]
    if not values:
        return None
    if (named := _named(tokens, values)) is not None:
        return _found(named, named=True)
    if len(values) < _FEWEST:
        return None
    if (version := versions(texts[:_LOOKED_AT])) is not None:
        return Business("version number", named=False, holds=version)
    proven = _proven(values)
    return _found(proven, named=False) if proven is not None else None


def _found(kind: CompanyNumber, *, named: bool) -> Business:
    return Business(kind.name.replace("_", " "), named, kind.compact.holds)


def _named(tokens: Sequence[str], values: Sequence[str]) -> CompanyNumber | None:
    """Return the kind of number that a column's name says, where half of the values agree."""
    name = f" {' '.join(tokens)} "
    for kind in kinds():
        phrases = filter(None, kind.named.split(", "))
        if any(f" {phrase} " in name for phrase in phrases) and _share(kind.compact, values) >= 0.5:
            return kind
    return None


def _proven(values: Sequence[str]) -> CompanyNumber | None:
    """Return the kind of number that the values alone prove."""
    for kind in kinds():
        form = kind.compact.pattern
        if kind.only_named or not form.fullmatch(values[0]) or not form.fullmatch(values[-1]):
            continue
        if _is_telling(kind, values) and _share(kind.compact, values) >= _NEARLY_ALL:
            return kind
    return None


def versions(texts: Sequence[str]) -> Callable[[str], bool] | None:
    """Return what accepts the version numbers of four parts in some texts, or None where these are addresses.

    Addresses of one network begin alike, and those of many networks begin with any number.

    >>> versions(["1.0.0.1", "1.0.2.0", "2.1.0.0", "2.1.3.9", "3.0.0.4"])("2.2.0.0")
    True
    >>> versions(["8.8.4.4", "1.1.1.1", "9.9.9.9", "93.184.215.14", "5.9.1.2"])
    """
    found = [match[0] for text in texts if (match := _VERSION.search(text))]
    if _are_counted_up(found):
        return lambda text: _VERSION.search(text) is not None
    if len(found) < max(_FEWEST, _NEARLY_ALL * len(texts)):
        return None
    many = len(found) > _FEW and len({text.partition(".")[0] for text in found}) > 1
    parts, limit = (2, _SMALL_OF_MANY) if many else (4, _SMALL)
    holds = lambda text: _is_small(text, parts, limit)
    return holds if sum(map(holds, found)) >= _NEARLY_ALL * len(found) else None


def _are_counted_up(found: Sequence[str]) -> bool:
    """Return whether numbers of four parts are counted up from small ones, as those of releases are.

    The last part of a release is small, and that of a machine is any number. Releases have several first
    parts; what is in one network has one.
    """
    different = {tuple(map(int, text.split("."))) for text in found}
    if len(different) < _FEWEST:
        return False
    firsts, lasts = {parts[0] for parts in different}, [parts[3] for parts in different]
    return len(firsts) > 1 and max(firsts) < _SMALL and max(lasts) < _SMALL_OF_MANY


def _is_small(text: str, parts: int, limit: int) -> bool:
    match = _VERSION.search(text)
    return match is not None and max(map(int, match[0].split(".")[:parts])) < limit


def _share(number: Compact, values: Sequence[str]) -> float:
    return sum(map(number.holds, values)) / len(values)


def _is_telling(kind: CompanyNumber, values: Sequence[str]) -> bool:
    """Return whether valid values can be of no other kind: they must differ from what people have."""
    if kind.name == "ISBN" and len(values[0]) == 10:
        # an NHS number has the same check, and never an X
        return any(value.endswith("X") for value in values)
    if kind.name == "EAN" and len(values[0]) == 13:
        # the Swiss insurance number is an EAN that begins with 756
        return any(not value.startswith("756") for value in values)
    return kind.compact.chance <= _LARGEST_CHANCE


@cache
def kinds() -> tuple[CompanyNumber, ...]:
    """Return the kinds of number: those of the whole world, then those of each country."""
    return (*_international(), _vat(), *(kind for country in countries() for kind in country.companies))


def _international() -> Iterator[CompanyNumber]:
    heads = {tuple(head.split()): items for head, items in lines("business.txt")}
    named = {head[0]: items for head, items in heads.items() if len(head) == 1}
    for head, forms in heads.items():
        if len(head) == 3:
            name, check, chance = head
            number = Compact(" ".join(forms), check.rstrip("?").strip("-"), float(chance))
            yield CompanyNumber(name, number, ", ".join(named[name]), only_named=check.endswith("?"))


def _vat() -> CompanyNumber:
    """Return the number for value added tax in the European Union, of all its countries."""
    forms = " ".join(country.vat for country in countries() if country.vat)
    named = [_VAT_NAMED, *(country.vat_named for country in countries() if country.vat_named)]
    return CompanyNumber("VAT", Compact(forms, check="eu.vat", chance=0.06), named=", ".join(named))

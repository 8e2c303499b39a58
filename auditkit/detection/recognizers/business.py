"""Numbers of companies, goods, publications and securities, found so that nobody takes them for numbers of
people.

What only the digits say must be beyond chance: five values at least, nearly all of them valid. Where a number
of people passes the same check (a French SIREN is a Canadian SIN, an ISBN of ten digits is an NHS number) the
column's name decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from auditkit.detection.lexicon import lines
from auditkit.detection.recognizers.numbers import Number, compact
from auditkit.vocabulary import ENTITIES

_NUMBERS_OF_PEOPLE = frozenset({
    "NATIONAL_ID", "TAX_ID", "PASSPORT", "DRIVER_LICENSE", "BANK_ACCOUNT", "CREDIT_CARD", "PHONE_NUMBER",
    "POSTAL_CODE", "DEVICE_ID", "LICENSE_PLATE", "VIN", "HEALTH", "USERNAME", "PSEUDONYM", "IP_ADDRESS",
    "DATE_OF_BIRTH", "GEO_COORDINATES", "CRYPTO",
})  # fmt: skip
_LEAST, _NEARLY_ALL, _MOST = 5, 0.95, 0.15
_LOOKED_AT = 200
_VERSION = re.compile(r"(?<![\w.\-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_FEW = 20
_SMALL, _SMALL_OF_MANY = 32, 64
"""The parts of a version number stay small; those of an address do not. All four parts tell it of a few, the
first two of more than 20.
"""


@dataclass(frozen=True)
class Business:
    """A kind of number that is no person's.

    Attributes:
        label: what it is called.
        named: the column's name says so.
        holds: whether a text is such a number.
    """

    label: str
    named: bool
    holds: Callable[[str], bool] = lambda text: True

    def explains(self, entity: str) -> bool:
        """Return whether what looks like an entity of a person is explained by it.

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
    some = [compact(text) for text in texts[:_LOOKED_AT]]
    if not some:
        return None
    name = f" {' '.join(tokens)} "
    for number in _read().kinds:
        named = any(phrase in name for phrase in _read().phrases[number.entity])
        if named and _share(number, some) >= 0.5:
            return Business(number.entity.replace("_", " "), named=True, holds=number.holds)
    if len(some) < _LEAST:
        return None
    if (version := versions(texts[:_LOOKED_AT])) is not None:
        return Business("version number", named=False, holds=version)
    alone = (
        n
        for n in _read().kinds
        if n.entity not in _read().by_name and n.form.fullmatch(some[0]) and n.form.fullmatch(some[-1])
    )
    found = next((n for n in alone if _telling(n, some) and _share(n, some) >= _NEARLY_ALL), None)
    return Business(found.entity.replace("_", " "), named=False, holds=found.holds) if found else None


def versions(texts: Sequence[str]) -> Callable[[str], bool] | None:
    """Return what accepts the version numbers of four parts that texts hold, or None where they hold none, or
    addresses.

    Addresses of one network begin alike, and those of many networks with any number.

    >>> versions(["1.0.0.1", "1.0.2.0", "2.1.0.0", "2.1.3.9", "3.0.0.4"])("2.2.0.0")
    True
    >>> versions(["8.8.4.4", "1.1.1.1", "9.9.9.9", "93.184.215.14", "5.9.1.2"]) is None
    True
    """
    found = [match[0] for text in texts if (match := _VERSION.search(text))]
    if len(found) < max(_LEAST, _NEARLY_ALL * len(texts)):
        return None
    many = len(found) > _FEW and len({text.partition(".")[0] for text in found}) > 1
    parts, limit = (2, _SMALL_OF_MANY) if many else (4, _SMALL)
    holds = lambda text: _small(text, parts, limit)
    return holds if sum(map(holds, found)) >= _NEARLY_ALL * len(found) else None


def _small(text: str, parts: int, limit: int) -> bool:
    match = _VERSION.search(text)
    return match is not None and max(map(int, match[0].split(".")[:parts])) < limit


def _share(number: Number, values: Sequence[str]) -> float:
    return sum(map(number.holds, values)) / len(values)


def _telling(number: Number, values: Sequence[str]) -> bool:
    """Return whether valid values are of this kind and no other: what an identity number shares with it must
    differ.
    """
    if number.entity == "ISBN" and len(values[0]) == 10:
        return any(
            value.endswith("X") for value in values
        )  # the NHS number has the same check, and never an X
    if number.entity == "EAN" and len(values[0]) == 13:
        return any(not value.startswith("756") for value in values)  # the Swiss insurance number is an EAN
    return number.chance <= _MOST


@dataclass(frozen=True)
class _Kinds:
    kinds: tuple[Number, ...]
    phrases: Mapping[str, tuple[str, ...]]
    by_name: frozenset[str]


@cache
def _read() -> _Kinds:
    found: list[Number] = []
    phrases: dict[str, tuple[str, ...]] = {}
    by_name: set[str] = set()
    for head, items in lines("business.txt"):
        name, *check = head.split()
        if not check:
            phrases[name] = tuple(f" {item} " for item in items)
            continue
        if check[0].endswith("?"):
            by_name.add(name)
        found.append(Number(name, tuple(items), check[0].rstrip("?").strip("-"), float(check[1])))
    return _Kinds(tuple(found), phrases, frozenset(by_name))


def kinds() -> tuple[Number, ...]:
    """Return the kinds of number, each with its forms, its check and how many random values pass it."""
    return _read().kinds

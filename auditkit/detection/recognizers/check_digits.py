"""Checks of one number at a time that several countries share; numbers come in capitals, without separators.

`auditkit.detection.checksums` holds the checks that run over many numbers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module


@cache
def stdnum(module: str) -> Callable[[str], bool]:
    """Return the check of a module of python-stdnum, which is imported when the check first runs.

    >>> stdnum("luhn")("78949")
    True
    """
    loaded: list[Callable[[str], bool]] = []

    def is_valid(number: str) -> bool:
        if not loaded:
            loaded.append(import_module(f"stdnum.{module}").is_valid)
        return bool(loaded[0](number))

    return is_valid


def weighted_sum(number: str, weights: Iterable[int]) -> int:
    """Return the sum of the first digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def digit_sum(number: str, weights: Iterable[int]) -> int:
    """Return the sum of the digits of the products of digits and weights.

    >>> digit_sum("79", (1, 2))  # 7, and 1 + 8
    16
    """
    products = (int(digit) * weight for digit, weight in zip(number, weights, strict=True))
    return sum(int(digit) for product in products for digit in str(product))


def is_day(month: str, day: str) -> bool:
    """Return whether two texts may be the month and the day of a date."""
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def is_jmbg(number: str, regions: range) -> bool:
    """Return whether a Yugoslav citizen number passes its check and is of some regions."""
    return int(number[7:9]) in regions and stdnum("si.emso")(number)


def icao_9303(text: str) -> int:
    """Return the check digit of machine-readable travel documents.

    >>> icao_9303("L898902C3"), icao_9303("740812")
    (6, 2)
    """
    values = [int(c) if c.isdigit() else 0 if c == "<" else ord(c) - 55 for c in text]
    return sum(value * weight for value, weight in zip(values, (7, 3, 1) * len(values), strict=False)) % 10

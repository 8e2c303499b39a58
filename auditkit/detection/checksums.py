"""Check digits of many values of one length at once.

A matrix has one row for each value, and one column for each character, as its ASCII code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Check = Callable[[Matrix], Mask]

_BY_STRUCTURE = {
    "11n": "NO", "12n": "BE", "14n": "DK FI FO GL SD", "15n": "SI", "16n": "AT BA EE LT MN XK", "17n": "HR",
    "18n": "CR DE ME RS VA", "19n": "AE IL SO TL", "20n": "CZ ES SE SK TN", "21n": "AO CV LY MZ PT ST",
    "22n": "DZ IR IS", "23n": "BI CF CG CM DJ GA GQ KM MG MR TD", "24n": "HU MA PL", "25n": "EG",
    "2a12n": "FK", "2a16n": "GE", "4a10n": "NL", "4a14n": "GB IE", "4a15n": "IQ", "4a16n": "VG",
    "4a20n": "HN NI SV", "4a19n3a": "MU", "4a20n3a": "SC", "20c": "MD", "24c": "GT", "2c19n": "GW",
    "2c22n": "BF BJ CI ML NE SN TG", "2n18c": "SA", "3n10c2n": "MK", "3n13c": "KZ LU", "3n16c": "OM",
    "4a13c": "LV", "4a14c": "BH", "4a15c": "GI", "4a16c": "PK RO", "4a20c": "AZ", "4a21c": "PS QA",
    "4a22c": "KW", "4a24c": "LC", "4a4n18c": "JO YE", "4a5n18c": "MT", "4a6n8c": "BG", "4c20n": "DO",
    "4c4n16c": "BY", "4n20c": "LB", "5n12c": "CH LI", "6n16c": "TR", "6n19c": "UA", "7n16c": "GR",
    "8n12c": "AD", "8n16c": "AL CY", "8c15n2c": "BR", "10n11c2n": "FR MC", "1a10n12c": "IT SM",
    "14n15c": "RU",
}  # fmt: skip
IBAN_STRUCTURES: Mapping[str, str] = {
    country: form for form, countries in _BY_STRUCTURE.items() for country in countries.split()
}
"""What follows the check digits of an IBAN, by country: how many digits (n), letters (a), and either (c).

Source: SWIFT IBAN registry, ISO 13616, and what countries use that are not in it yet.
"""

IBAN_LENGTHS: Mapping[str, int] = {
    country: 4 + sum(map(int, re.findall("[0-9]+", form))) for country, form in IBAN_STRUCTURES.items()
}
"""Length of an IBAN by country."""


def digits(m: Matrix) -> npt.NDArray[np.int64]:
    """Return the digits of ASCII codes."""
    return m.astype(np.int64) - 48


def number(d: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the number that rows of at most 18 digits spell."""
    total = np.zeros(len(d), np.int64)
    for column in d.T:
        total = total * 10 + column
    return total


def varied(m: Matrix) -> Mask:
    """Return which rows are not one character repeated: `00000000000` passes most checks."""
    return np.asarray((m != m[:, :1]).any(axis=1))


def luhn(m: Matrix) -> Mask:
    """Return which rows pass the Luhn formula (ISO/IEC 7812-1, annex B)."""
    d = digits(m)
    doubled = d[:, -2::-2] * 2
    return np.asarray(
        (d[:, ::-2].sum(axis=1) + np.where(doubled > 9, doubled - 9, doubled).sum(axis=1)) % 10 == 0
    )


def weighted(m: Matrix, weights: tuple[int, ...], modulus: int) -> npt.NDArray[np.int64]:
    """Return the weighted sum of the first digits, modulo."""
    return np.asarray(digits(m)[:, : len(weights)] @ np.array(weights) % modulus)


def mod97(m: Matrix) -> Mask:
    """Return which IBANs have the right length for their country and leave 1 modulo 97 (ISO 7064)."""
    length = m.shape[1]
    fits = [country for country, n in IBAN_LENGTHS.items() if n == length]
    country = np.isin(m[:, 0].astype(np.int64) * 256 + m[:, 1], [ord(c[0]) * 256 + ord(c[1]) for c in fits])
    rest = np.zeros(len(m), np.int64)
    for column in (*range(4, length), 0, 1, 2, 3):
        code = m[:, column].astype(np.int64)
        letter = code >= 65
        rest = np.where(letter, rest * 100 + code - 55, rest * 10 + code - 48) % 97
    return np.asarray(country & (rest == 1))


def card(m: Matrix) -> Mask:
    """Return which rows are card numbers: Luhn, and a length and first digits that a scheme issues."""
    length, n4 = m.shape[1], number(digits(m)[:, :4])
    n1, n2, n3 = n4 // 1000, n4 // 100, n4 // 10
    issued = np.zeros(len(m), bool)
    if length in (13, 16, 19):
        issued |= n1 == 4
    if length == 16:
        issued |= ((n2 >= 51) & (n2 <= 55)) | ((n4 >= 2221) & (n4 <= 2720)) | ((n4 >= 3528) & (n4 <= 3589))
        issued |= (n2 == 65) | (n4 == 6011) | ((n3 >= 644) & (n3 <= 649)) | (n2 == 62) | (n2 == 35)
    if length == 15:
        issued |= (n2 == 34) | (n2 == 37) | (n4 == 1800) | (n4 == 2131)
    if length == 14:
        issued |= (n2 == 36) | (n2 == 38) | ((n3 >= 300) & (n3 <= 305))
    if length == 16:
        # Mir, Troy, UzCard, Humo, RuPay, UnionPay, JCB, Elo
        issued |= ((n4 >= 2200) & (n4 <= 2204)) | (n4 == 9792) | (n4 == 8600) | (n4 == 5614) | (n4 == 9860)
        issued |= (n2 == 60) | (n2 == 81) | (n2 == 82) | (n3 == 353) | (n3 == 356) | (n4 == 6277)
        issued |= (n4 == 6362) | (n4 == 6363)
    if length in (17, 18, 19):
        issued |= (n2 == 62) | (n2 == 81) | ((n4 >= 2200) & (n4 <= 2204)) | (n2 == 65) | (n4 == 6011)
        issued |= ((n3 >= 644) & (n3 <= 649)) | ((n4 >= 3528) & (n4 <= 3589)) | (n2 == 36)
    if 12 <= length <= 19:
        issued |= (n2 == 50) | ((n2 >= 56) & (n2 <= 58)) | (n2 == 63) | (n2 == 67)
    return np.asarray(issued & luhn(m) & varied(m))


def calendar(year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> Mask:
    """Return which are dates of the calendar; 29 February only in leap years."""
    last = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    within = (month >= 1) & (month <= 12)
    leap = (month == 2) & ((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)))
    return np.asarray(within & (day >= 1) & (day <= last[np.where(within, month, 0)] + leap))


def vin(m: Matrix) -> Mask:
    """Return which rows are vehicle identification numbers (ISO 3779), with North America's check digit."""
    value = np.zeros(128, np.int64)
    for letters, first in (("ABCDEFGH", 1), ("JKLMN", 1), ("P", 7), ("R", 9), ("STUVWXYZ", 2)):
        value[[ord(c) for c in letters]] = range(first, first + len(letters))
    value[48:58] = range(10)
    weights = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])
    rest = value[m] @ weights % 11
    return np.asarray((np.where(rest == 10, ord("X"), rest + 48) == m[:, 8]) & varied(m))


_DIHEDRAL = (
    "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104"
    " 9876543210"
)


def verhoeff(m: Matrix) -> Mask:
    """Return which rows pass the check of Verhoeff (1969)."""
    multiply = np.array([[int(c) for c in row] for row in _DIHEDRAL.split()])
    permute = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    while len(permute) < 8:
        permute.append([permute[1][i] for i in permute[-1]])
    d, state = digits(m), np.zeros(len(m), np.int64)
    for i, column in enumerate(d.T[::-1]):
        state = multiply[state, np.array(permute[i % 8])[column]]
    return np.asarray(state == 0)

"""Identifiers of Spain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from auditkit.detection.checksums import Mask, Matrix, digits, number, varied, weighted
from auditkit.detection.recognizers.country import Country, Digits, Identifier, Written


def nif(m: Matrix) -> Mask:
    """Return which rows end in the letter of their number modulo 23; X, Y, Z of foreigners are 0, 1, 2."""
    lead = np.array([{"X": 0, "Y": 1, "Z": 2}.get(chr(c), c - 48) for c in range(128)])
    n = lead[m[:, 0]] * 10**7 + number(digits(m)[:, 1:8])
    return np.asarray(np.frombuffer(b"TRWAGMYFPDXBNJZSQVHLCKE", np.uint8)[n % 23] == m[:, 8])


def ccc(m: Matrix) -> Mask:
    """Return which rows are account numbers: a check of bank and branch, and one of the account."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    first, second = weighted(m, weights[2:], 11), weighted(m[:, 10:], weights, 11)
    d = digits(m)
    return np.asarray((_ccc_digit(first) == d[:, 8]) & (_ccc_digit(second) == d[:, 9]) & varied(m))


def _ccc_digit(rest: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.where(rest < 2, rest, 11 - rest))


COUNTRY = Country(
    "Spanish",
    identifiers=(
        Identifier("BANK_ACCOUNT", digits=(Digits(20, ccc, chance=0.01, luck=0.19),)),
        Identifier(
            "ES_NIE",
            written=Written(
                r"[XYZxyz][ \-]?[0-9]{7}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
                gate=r"\b[A-Za-z][ \-]?[0-9]{7}",
                checks={9: nif},
                chance=0.02,
                luck=0.045,
                score=0.7,
            ),
            named="nie",
        ),
        Identifier(
            "ES_NIF",
            written=Written(
                r"[0-9]{8}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
                gate=r"\b[0-9]{8}[ \-]?[A-Za-z]",
                checks={9: nif},
                chance=0.04,
                luck=0.045,
                score=0.7,
            ),
            named="dni, nif, dni nif",
        ),
    ),
    vat="ES@######## ES########@",
    plates=r"[0-9]{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}",
    phone_region="ES",
)

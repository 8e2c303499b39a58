"""Identifiers of Norway."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, calendar, digits, number, varied, weighted
from auditkit.detection.recognizers.country import Country, Digits, Identifier


def fodselsnummer(m: Matrix) -> Mask:
    """Return which rows hold a day of birth and two checks modulo 11.

    D-numbers add 40 to the day, H-numbers add 40 to the month.
    """
    d = digits(m)
    first = weighted(m, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), 11) == 0
    second = weighted(m, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11) == 0
    born = calendar(2000 + number(d[:, 4:6]), number(d[:, 2:4]) % 40, number(d[:, :2]) % 40)
    return np.asarray(first & second & born & varied(m))


COUNTRY = Country(
    "Norwegian",
    identifiers=(
        Identifier(
            "NO_FODSELSNUMMER",
            digits=(Digits(11, fodselsnummer, chance=0.0025, luck=0.01),),
            named="fodselsnummer",
        ),
    ),
)

"""Identifiers of Romania."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, calendar, digits, number, weighted
from auditkit.detection.recognizers.country import Country, Digits, Identifier


def cnp(m: Matrix) -> Mask:
    """Return which rows hold sex and century, a day of birth, a county, and a check modulo 11."""
    d = digits(m)
    century = np.array([1900, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900])[d[:, 0]]
    born = calendar(century + number(d[:, 1:3]), number(d[:, 3:5]), number(d[:, 5:7]))
    place = number(d[:, 7:9])
    county = ((place > 0) & (place <= 52)) | (place == 70) | ((place >= 80) & (place <= 83))
    rest = weighted(m, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 11)
    return np.asarray(born & county & (d[:, 0] > 0) & (np.where(rest == 10, 1, rest) == d[:, 12]))


COUNTRY = Country(
    "Romanian",
    identifiers=(Identifier("RO_CNP", digits=(Digits(13, cnp, chance=0.003, luck=0.1),), named="cnp"),),
    vat="RO########",
)

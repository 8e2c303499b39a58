"""Identifiers of Bulgaria."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, calendar, digits, number, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def egn(m: Matrix) -> Mask:
    """Return which rows hold a day of birth, with the century in the month, and a check modulo 11."""
    d = digits(m)
    month = number(d[:, 2:4])
    century = np.where(month > 40, 2000, np.where(month > 20, 1800, 1900))
    born = calendar(century + number(d[:, :2]), month % 20, number(d[:, 4:6]))
    return np.asarray(born & (weighted(m, (2, 4, 8, 5, 10, 9, 7, 3, 6), 11) % 10 == d[:, 9]))


COUNTRY = Country(
    "Bulgarian",
    identifiers=(
        Identifier("BG_EGN", digits=(Digits(10, egn, chance=0.018, luck=0.19),), named="egn"),
        Identifier(
            "BG_PNF", compact=Compact("##########", check="bg.pnf", chance=0.099), named="lnch", hinted="pnf"
        ),
    ),
    vat="BG#########",
)

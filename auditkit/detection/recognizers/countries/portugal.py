"""Identifiers of Portugal."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, varied, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def nif(m: Matrix) -> Mask:
    """Return which rows are tax numbers: the last digit is a check modulo 11, the first is not 0."""
    check = (11 - weighted(m, (9, 8, 7, 6, 5, 4, 3, 2), 11)) % 11 % 10
    return np.asarray((check == digits(m)[:, 8]) & (m[:, 0] != ord("0")) & varied(m))


COUNTRY = Country(
    "Portuguese",
    identifiers=(
        Identifier(
            "PT_CC",
            compact=Compact("#########@@# #########@##", check="pt.cc", chance=0.1),
            named="cartao de cidadao, numero cc",
        ),
        Identifier("PT_NIF", digits=(Digits(9, nif, chance=0.1, luck=0.19),), named="nif, contribuinte"),
    ),
    vat="PT#########",
)

"""Identifiers of Austria."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def vnr(m: Matrix) -> Mask:
    """Return which rows are social insurance numbers: the fourth digit is a check modulo 11."""
    check = weighted(m, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6), 11)
    return np.asarray((check == digits(m)[:, 3]) & (m[:, 0] != ord("0")))


COUNTRY = Country(
    "Austrian",
    identifiers=(
        Identifier(
            "AT_TIN",
            compact=Compact("#########", check="at.tin", chance=0.041),
            named="abgabenkontonummer, steuernummer",
        ),
        Identifier(
            "AT_VNR",
            digits=(Digits(10, vnr, chance=0.08, luck=0.1),),
            named="sv nummer, sozialversicherungsnummer",
        ),
    ),
    vat="ATU########",
    vat_named="uid nummer",
)

"""Identifiers of Turkey."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def tckimlik(m: Matrix) -> Mask:
    """Return which rows are identity numbers, by two check digits modulo 10."""
    d = digits(m)
    tenth = (d[:, :9:2].sum(axis=1) * 7 - d[:, 1:8:2].sum(axis=1)) % 10
    return np.asarray((d[:, 0] != 0) & (tenth == d[:, 9]) & (d[:, :10].sum(axis=1) % 10 == d[:, 10]))


COUNTRY = Country(
    "Turkish",
    identifiers=(
        Identifier(
            "TR_TCKIMLIK",
            digits=(Digits(11, tckimlik, chance=0.01, luck=0.022),),
            named="tc kimlik, tckn",
            hinted="tc, tc no",
        ),
        Identifier(
            "TR_VKN",
            compact=Compact("##########", check="tr.vkn", chance=0.096),
            named="vkn, vergi kimlik no, vergi no",
        ),
    ),
)

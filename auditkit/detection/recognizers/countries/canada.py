"""Identifiers of Canada."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, luhn, varied
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def sin(m: Matrix) -> Mask:
    """Return which rows pass Luhn and do not begin with 0 or 8, which no person gets."""
    return np.asarray(luhn(m) & ~np.isin(m[:, 0], [ord("0"), ord("8")]) & varied(m))


COUNTRY = Country(
    "Canadian",
    identifiers=(
        Identifier(
            "CA_BC_PHN",
            compact=Compact("9#########", check="ca.bc_phn", chance=0.092),
            named="personal health number, health card number",
            hinted="phn",
        ),
        Identifier(
            "CA_SIN",
            digits=(Digits(9, sin, chance=0.08, luck=0.102),),
            named="sin number, social insurance number",
        ),
    ),
)

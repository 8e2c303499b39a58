"""Identifiers of Mexico."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, number, varied, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def clabe(m: Matrix) -> Mask:
    """Return which rows are account numbers: a known bank or payment institution, and a check modulo 10."""
    d = digits(m)
    bank = number(d[:, :3])
    known = ((bank > 0) & (bank < 170)) | ((bank >= 600) & (bank < 760)) | (bank >= 900)
    return np.asarray(known & (-weighted(m, (3, 7, 1) * 5 + (3, 7), 10) % 10 == d[:, 17]) & varied(m))


COUNTRY = Country(
    "Mexican",
    identifiers=(
        Identifier("BANK_ACCOUNT", digits=(Digits(18, clabe, chance=0.044, luck=0.102),)),
        Identifier(
            "MX_CURP", compact=Compact("@@@@######@@@@@@##", check="mx.curp", chance=0.001), named="curp"
        ),
        Identifier("MX_RFC", compact=Compact("@@@@######***", check="mx.rfc", chance=0.03), named="rfc"),
    ),
)

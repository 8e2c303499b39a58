"""Identifiers of Argentina."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, varied, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def cbu(m: Matrix) -> Mask:
    """Return which rows are account numbers: a check of bank and branch, and one of the account."""
    d = digits(m)
    bank = -weighted(m, (7, 1, 3, 9, 7, 1, 3), 10) % 10 == d[:, 7]
    account = -weighted(m[:, 8:], (3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3), 10) % 10 == d[:, 21]
    return np.asarray(bank & account & varied(m))


COUNTRY = Country(
    "Argentine",
    identifiers=(
        Identifier("BANK_ACCOUNT", digits=(Digits(22, cbu, chance=0.01, luck=0.102),)),
        Identifier(
            "AR_CUIT", compact=Compact("###########", check="ar.cuit", chance=0.01), named="cuit, cuil"
        ),
        Identifier("AR_DNI", compact=Compact("########"), named="dni"),
    ),
)

"""Identifiers of Australia."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, varied, weighted
from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Digits, Identifier


def tfn(m: Matrix) -> Mask:
    """Return which rows are tax file numbers: a weighted sum modulo 11."""
    return np.asarray((weighted(m, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11) == 0) & varied(m))


def medicare(number: str) -> bool:
    """Return whether a Medicare number begins with 2 to 6 and passes its check modulo 10.

    Source: Services Australia.

    >>> medicare("2123456701"), medicare("2123456711")
    (True, False)
    """
    return number[0] in "23456" and weighted_sum(number, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(number[8])


COUNTRY = Country(
    "Australian",
    identifiers=(
        Identifier(
            "AU_MEDICARE",
            compact=Compact("##########", check=medicare, chance=0.05),
            named="medicare, medicare number, medicare no",
        ),
        Identifier("AU_TFN", digits=(Digits(9, tfn, chance=0.09, luck=0.1),), named="tfn, tax file number"),
    ),
    companies=(
        CompanyNumber(
            "ABN",
            Compact("###########", check="au.abn", chance=0.011),
            named="abn, australian business number",
        ),
        CompanyNumber("ACN", Compact("#########", check="au.acn", chance=0.1), named="acn", only_named=True),
    ),
)

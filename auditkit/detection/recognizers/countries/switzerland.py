"""Identifiers of Switzerland."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, number, weighted
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def ahv(m: Matrix) -> Mask:
    """Return which rows begin with the country code 756 and end in the check digit of EAN-13."""
    d = digits(m)
    return np.asarray((number(d[:, :3]) == 756) & ((10 - weighted(m, (1, 3) * 6, 10)) % 10 == d[:, 12]))


COUNTRY = Country(
    "Swiss",
    identifiers=(
        Identifier(
            "CH_AHV",
            digits=(Digits(13, ahv, chance=0.0001, luck=0.102),),
            written=Written(
                r"756[. ][0-9]{4}[. ][0-9]{4}[. ][0-9]{2}",
                gate=r"\b756[. ][0-9]{4}",
                checks={13: ahv},
                chance=0.0001,
                luck=0.1,
                score=0.9,
            ),
            named="ahv, ahv nummer, avs",
        ),
    ),
    companies=(
        CompanyNumber(
            "CH_UID", Compact("CHE#########", check="ch.uid", chance=0.09), named="uid che, unternehmens id"
        ),
    ),
    phone_region="CH",
)

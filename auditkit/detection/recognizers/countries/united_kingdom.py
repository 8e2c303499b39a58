"""Identifiers of the United Kingdom."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, varied, weighted
from auditkit.detection.recognizers.check_digits import is_day, weighted_sum
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def nhs(m: Matrix) -> Mask:
    """Return which rows are numbers of the National Health Service: a weighted sum modulo 11."""
    return np.asarray((weighted(m, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11) == 0) & varied(m))


def chi(number: str) -> bool:
    """Return whether a Scottish health number has a day of birth and the check of the NHS number.

    >>> chi("0101010109"), chi("0113010109")
    (True, False)
    """
    return is_day(number[2:4], number[:2]) and weighted_sum(number, range(10, 0, -1)) % 11 == 0


COUNTRY = Country(
    "British",
    identifiers=(
        # five letters of the name, decade, month (women add 50) and day of birth, initials
        Identifier(
            "DRIVER_LICENSE",
            written=Written(
                r"[A-Z][A-Z9]{4}[0-9][0156][0-9][0-3][0-9]{2}[A-Z9]{2}[0-9A-Z][A-Z]{2}",
                gate=r"\b[A-Z][A-Z9]{4}[0-9]{6}[A-Z9]",
                chance=0.0001,
                score=0.8,
            ),
        ),
        Identifier(
            "UK_CHI", compact=Compact("##########", check=chi, chance=0.004), named="chi number", hinted="chi"
        ),
        Identifier(
            "UK_NHS", digits=(Digits(10, nhs, chance=0.09, luck=0.1),), named="nhs number, nhs no, nhs"
        ),
        Identifier(
            "UK_NINO",
            written=Written(
                r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Z]",
                gate=r"\b[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Z]",
                invalid="^[DFIQUV]|^.[DFIOQUV]|[E-Z]$",
                chance=0.005,
                luck=0.09,
                score=0.7,
            ),
            named="nino, national insurance number, national insurance, ni number",
        ),
        Identifier(
            "UK_UPN",
            compact=Compact("@############", check="gb.upn", chance=0.006),
            named="unique pupil number, pupil number",
            hinted="upn",
        ),
        Identifier(
            "UK_UTR",
            compact=Compact("##########", check="gb.utr", chance=0.11),
            named="utr, unique taxpayer reference",
        ),
    ),
    companies=(
        CompanyNumber("SEDOL", Compact("@@@@@@# *******", check="gb.sedol", chance=0.02), named="sedol"),
    ),
    plates=r"[A-HJ-PR-Y]{2}(?:0[1-9]|[1-8][0-9]) ?[A-HJ-PR-Z]{3}",
    phone_region="GB",
)

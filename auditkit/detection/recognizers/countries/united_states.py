"""Identifiers of the United States."""

from __future__ import annotations

import re

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, number, varied
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def ssn(m: Matrix) -> Mask:
    """Return which rows are social security numbers that the Social Security Administration may give out.

    Area, group and serial are never 0, and the area is neither 666 nor 900 and above.
    """
    d = digits(m)
    area, group, serial = number(d[:, :3]), number(d[:, 3:5]), number(d[:, 5:])
    return np.asarray((area > 0) & (area != 666) & (area < 900) & (group > 0) & (serial > 0) & varied(m))


def mbi(number: str) -> bool:
    """Return whether a Medicare number has its letters in their places, without S, L, O, I, B and Z (CMS).

    >>> mbi("1EG4TE5MK73"), mbi("1SG4TE5MK73")
    (True, False)
    """
    letter, either = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
    form = f"[1-9]{letter}{either}[0-9]{letter}{either}[0-9]{letter}{{2}}[0-9]{{2}}"
    return re.fullmatch(form, number) is not None


COUNTRY = Country(
    "American",
    identifiers=(
        Identifier("US_ATIN", compact=Compact("9########", check="us.atin"), named="atin"),
        Identifier("US_ITIN", compact=Compact("9########", check="us.itin", chance=0.28), named="itin"),
        Identifier(
            "US_MBI",
            compact=Compact("#@*#@*#@@##", check=mbi, chance=0.23),
            named="mbi, medicare beneficiary identifier",
        ),
        Identifier("US_PTIN", compact=Compact("P########"), named="ptin"),
        Identifier(
            "US_SSN",
            digits=(Digits(9, ssn, chance=0.89, luck=0.999),),
            written=Written(
                r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3} [0-9]{2} [0-9]{4}",
                gate=r"\b[0-9]{3}[\- ][0-9]{2}[\- ][0-9]{4}",
                checks={9: ssn},
                chance=0.005,
                luck=0.9,
                score=0.85,
            ),
            named="ssn, social security number, ss number, social security, ssn number",
        ),
    ),
    companies=(
        CompanyNumber(
            "EIN",
            Compact("#########", check="us.ein", chance=0.83),
            named="ein, employer identification number, employer id number, fein",
            only_named=True,
        ),
        CompanyNumber(
            "RTN",
            Compact("#########", check="us.rtn", chance=0.1),
            named="aba number, aba, rtn",
            only_named=True,
        ),
        CompanyNumber("CUSIP", Compact("********#", check="cusip", chance=0.1), named="cusip"),
    ),
    plates_like_codes=r"(?:[0-9][A-Z]{3}|[A-Z]{3}[ -]?)[0-9]{3,4}",
    phone_region="US",
)

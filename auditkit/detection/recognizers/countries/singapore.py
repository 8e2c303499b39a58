"""Identifiers of Singapore."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def nric(number: str) -> bool:
    """Return whether the last letter is the check modulo 11 of its series (ICA).

    >>> nric("S1234567D"), nric("S1234567A")
    (True, False)
    """
    series = number[0]
    total = weighted_sum(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(series, 0)
    letters = "JZIHGFEDCBA" if series in "ST" else "XWUTRQPNMLK" if series in "FG" else "KLJNPQRTUWX"
    place = 10 - total % 11 if series == "M" else total % 11
    return series in "STFGM" and letters[place] == number[8]


COUNTRY = Country(
    "Singaporean",
    identifiers=(
        Identifier(
            "SG_NRIC", compact=Compact("@#######@", check=nric, chance=0.008), named="nric, fin number"
        ),
    ),
)

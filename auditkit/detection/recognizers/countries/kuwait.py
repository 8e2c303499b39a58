"""Identifiers of Kuwait."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day, weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def civil_id(number: str) -> bool:
    """Return whether a civil number has a century, a day of birth and a check modulo 11.

    Source: Public Authority for Civil Information.

    >>> civil_id("288032401365"), civil_id("288032401364")
    (True, False)
    """
    check = 11 - weighted_sum(number, (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    return number[0] in "23" and is_day(number[3:5], number[5:7]) and check == int(number[11])


COUNTRY = Country(
    "Kuwaiti",
    identifiers=(
        Identifier(
            "KW_CIVIL_ID",
            compact=Compact("############", check=civil_id, chance=0.001),
            named="civil id, civil id number",
        ),
    ),
)

"""Identifiers of Taiwan."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def identity_number(number: str) -> bool:
    """Return whether an identity number passes its check modulo 10; the letter is the place of registration.

    >>> identity_number("A123456789"), identity_number("A123456788")
    (True, False)
    """
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    total = place // 10 + place % 10 * 9 + weighted_sum(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))
    return number[1] in "1289" and total % 10 == 0


COUNTRY = Country(
    "Taiwanese",
    identifiers=(
        Identifier(
            "TW_ID", compact=Compact("@#########", check=identity_number, chance=0.045), named="taiwan id"
        ),
    ),
)

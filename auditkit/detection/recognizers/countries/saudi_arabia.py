"""Identifiers of Saudi Arabia."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import stdnum
from auditkit.detection.recognizers.country import Compact, Country, Identifier

_passes_luhn = stdnum("luhn")


def identity_number(number: str) -> bool:
    """Return whether an identity number begins with 1 (citizen) or 2 (resident) and passes Luhn.

    Source: Ministry of Interior.

    >>> identity_number("1000000008"), identity_number("3000000006")
    (True, False)
    """
    return number[0] in "12" and _passes_luhn(number)


COUNTRY = Country(
    "Saudi",
    identifiers=(
        Identifier(
            "SA_ID",
            compact=Compact("##########", check=identity_number, chance=0.02),
            named="iqama, iqama number, saudi id",
        ),
    ),
)

"""Identifiers of the United Arab Emirates."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import stdnum
from auditkit.detection.recognizers.country import Compact, Country, Identifier

_passes_luhn = stdnum("luhn")


def emirates_id(number: str) -> bool:
    """Return whether an identity number has the code 784, a year of birth, seven digits, and Luhn.

    Source: Federal Authority for Identity and Citizenship.

    >>> emirates_id("784198012345678"), emirates_id("784198012345679")
    (True, False)
    """
    return number[3:5] in ("19", "20") and _passes_luhn(number)


COUNTRY = Country(
    "Emirati",
    identifiers=(
        Identifier(
            "AE_EMIRATES_ID",
            compact=Compact("784############", check=emirates_id, chance=0.002),
            named="emirates id, eid number, emirates id number",
        ),
    ),
)

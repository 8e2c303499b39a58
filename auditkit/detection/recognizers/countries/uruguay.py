"""Identifiers of Uruguay."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def ci(number: str) -> bool:
    """Return whether an identity number passes its check modulo 10.

    Source: Dirección Nacional de Identificación Civil.

    >>> ci("12345672"), ci("12345671")
    (True, False)
    """
    digits = number.zfill(8)
    return -weighted_sum(digits, (2, 9, 8, 7, 6, 3, 4)) % 10 == int(digits[7]) and len(set(digits)) > 1


COUNTRY = Country(
    "Uruguayan",
    identifiers=(
        Identifier("UY_CI", compact=Compact("######## #######", check=ci, chance=0.1), named="cedula"),
    ),
)

"""Identifiers of Luxembourg."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day, stdnum
from auditkit.detection.recognizers.country import Compact, Country, Identifier

_passes_luhn, _passes_verhoeff = stdnum("luhn"), stdnum("verhoeff")


def matricule(number: str) -> bool:
    """Return whether an identification number has a day of birth and two checks (Law of 19 June 2013).

    The last two digits are Luhn and Verhoeff, each over the first eleven digits.

    >>> matricule("1893120105732"), matricule("1893120105733")
    (True, False)
    """
    checked = _passes_luhn(number[:12]) and _passes_verhoeff(number[:11] + number[12])
    return number[:2] in ("18", "19", "20") and is_day(number[4:6], number[6:8]) and checked


COUNTRY = Country(
    "Luxembourgish",
    identifiers=(
        Identifier(
            "LU_MATRICULE",
            compact=Compact("#############", check=matricule, chance=0.001),
            named="numero matricule",
            hinted="matricule",
        ),
    ),
    vat="LU########",
)

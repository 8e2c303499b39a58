"""Identifiers of Hungary."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day, weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def taj(number: str) -> bool:
    """Return whether a social security number passes its check modulo 10 (Act 80 of 1997).

    >>> taj("037687210"), taj("037687211")
    (True, False)
    """
    return weighted_sum(number, (3, 7) * 4) % 10 == int(number[8]) and number != "000000000"


def tax_id(number: str) -> bool:
    """Return whether a tax number begins with 8 and passes its check modulo 11 (Act CL of 2017).

    >>> tax_id("8071592153"), tax_id("8071592154")
    (True, False)
    """
    return number[0] == "8" and weighted_sum(number, range(1, 10)) % 11 == int(number[9])


def personal_number(number: str) -> bool:
    """Return whether a personal number has a day of birth and passes its check modulo 11 (Act XX of 1996).

    The first digit is sex and century. The weights run backwards for people born from 1997.

    >>> personal_number("18001011238"), personal_number("18001011239")
    (True, False)
    """
    late = (number[0] in "34" and number[1:3] < "97") or (number[0] in "12" and number[1:3] >= "97")
    check = weighted_sum(number, range(10, 0, -1) if late else range(1, 11)) % 11
    return number[0] in "12345678" and is_day(number[3:5], number[5:7]) and check == int(number[10])


COUNTRY = Country(
    "Hungarian",
    identifiers=(
        Identifier(
            "HU_SZEMELYI",
            compact=Compact("###########", check=personal_number, chance=0.003),
            named="szemelyi szam, szemelyi azonosito",
        ),
        Identifier("HU_TAJ", compact=Compact("#########", check=taj, chance=0.1), named="taj, taj szam"),
        Identifier(
            "HU_TAX_ID",
            compact=Compact("8#########", check=tax_id, chance=0.089),
            named="adoazonosito, adoazonosito jel",
        ),
    ),
    vat="HU########",
)

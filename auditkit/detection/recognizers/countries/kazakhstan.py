"""Identifiers of Kazakhstan."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day, weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def iin(number: str) -> bool:
    """Return whether an individual number has a day of birth, a century, and a check modulo 11.

    A second row of weights is used where the first gives 10 (Government of Kazakhstan, 2003).

    >>> iin("940418350014"), iin("941318350014")
    (True, False)
    """
    rest = weighted_sum(number, range(1, 12)) % 11
    if rest == 10:
        rest = weighted_sum(number, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return is_day(number[2:4], number[4:6]) and number[6] in "0123456" and rest == int(number[11])


COUNTRY = Country(
    "Kazakh",
    identifiers=(
        Identifier("KZ_IIN", compact=Compact("############", check=iin, chance=0.003), named="iin"),
    ),
)

"""Identifiers of Bosnia and Herzegovina."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_jmbg
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def jmbg(number: str) -> bool:
    """Return whether a Yugoslav citizen number is of Bosnia and Herzegovina (regions 10 to 19).

    >>> jmbg("0101990170003"), jmbg("0101990170004")
    (True, False)
    """
    return is_jmbg(number, range(10, 20))


COUNTRY = Country(
    "Bosnian",
    identifiers=(
        Identifier("BA_JMBG", compact=Compact("#############", check=jmbg, chance=0.001), named="jmbg"),
    ),
)

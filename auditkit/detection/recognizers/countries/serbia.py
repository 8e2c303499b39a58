"""Identifiers of Serbia."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_jmbg
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def jmbg(number: str) -> bool:
    """Return whether a Yugoslav citizen number is of Serbia (regions 70 to 99)."""
    return is_jmbg(number, range(70, 100))


COUNTRY = Country(
    "Serbian",
    identifiers=(
        Identifier("RS_JMBG", compact=Compact("#############", check=jmbg, chance=0.002), named="jmbg"),
    ),
)

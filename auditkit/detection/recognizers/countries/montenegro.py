"""Identifiers of Montenegro."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_jmbg
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def jmbg(number: str) -> bool:
    """Return whether a Yugoslav citizen number is of Montenegro (regions 20 to 29)."""
    return is_jmbg(number, range(20, 30))


COUNTRY = Country(
    "Montenegrin",
    identifiers=(
        Identifier("ME_JMBG", compact=Compact("#############", check=jmbg, chance=0.001), named="jmbg"),
    ),
)

"""Identifiers of Ghana."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Ghanaian",
    identifiers=(
        Identifier(
            "GH_TIN",
            compact=Compact("P0######### P00########", check="gh.tin", chance=0.048),
            named="ghana tin",
        ),
    ),
)

"""Identifiers of Cuba."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Cuban",
    identifiers=(
        Identifier(
            "CU_NI", compact=Compact("###########", check="cu.ni", chance=0.05), named="carne de identidad"
        ),
    ),
)

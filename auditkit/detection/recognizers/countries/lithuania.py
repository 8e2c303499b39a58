"""Identifiers of Lithuania."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Lithuanian",
    identifiers=(
        Identifier(
            "LT_ASMENS", compact=Compact("###########", check="lt.asmens", chance=0.013), named="asmens kodas"
        ),
    ),
    vat="LT#########",
)

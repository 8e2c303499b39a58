"""Identifiers of Latvia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Latvian",
    identifiers=(
        Identifier(
            "LV_PK", compact=Compact("###########", check="lv.pvn", chance=0.065), named="personas kods"
        ),
    ),
    vat="LV###########",
)

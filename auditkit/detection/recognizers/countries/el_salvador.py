"""Identifiers of El Salvador."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Salvadoran",
    identifiers=(
        Identifier("SV_NIT", compact=Compact("##############", check="sv.nit", chance=0.031), hinted="nit"),
    ),
)

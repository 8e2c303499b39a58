"""Identifiers of Venezuela."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Venezuelan",
    identifiers=(
        Identifier("VE_CEDULA", compact=Compact("@#########", check="ve.rif", chance=0.018), named="cedula"),
    ),
)

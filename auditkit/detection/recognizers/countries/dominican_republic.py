"""Identifiers of the Dominican Republic."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Dominican",
    identifiers=(
        Identifier(
            "DO_CEDULA", compact=Compact("###########", check="do.cedula", chance=0.1), named="cedula"
        ),
    ),
)

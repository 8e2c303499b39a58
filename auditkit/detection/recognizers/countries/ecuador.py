"""Identifiers of Ecuador."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Ecuadorian",
    identifiers=(
        Identifier("EC_CI", compact=Compact("##########", check="ec.ci", chance=0.02), named="cedula"),
    ),
)

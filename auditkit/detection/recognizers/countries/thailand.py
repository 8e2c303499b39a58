"""Identifiers of Thailand."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Thai",
    identifiers=(
        Identifier("TH_TNIN", compact=Compact("#############", check="th.pin", chance=0.08), named="thai id"),
    ),
)

"""Identifiers of Pakistan."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Pakistani",
    identifiers=(
        Identifier("PK_CNIC", compact=Compact("#############", check="pk.cnic", chance=0.63), named="cnic"),
    ),
)

"""Identifiers of Mauritius."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Mauritian",
    identifiers=(
        Identifier("MU_NID", compact=Compact("@#############", check="mu.nid", chance=0.002), hinted="nid"),
    ),
)

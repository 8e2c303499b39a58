"""Identifiers of Guatemala."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Guatemalan",
    identifiers=(
        Identifier("GT_NIT", compact=Compact("########", check="gt.nit", chance=0.09), hinted="nit"),
    ),
)

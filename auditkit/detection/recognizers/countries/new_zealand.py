"""Identifiers of New Zealand."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "New Zealand",
    identifiers=(
        Identifier(
            "NZ_IRD",
            compact=Compact("######### ########", check="nz.ird", chance=0.05),
            named="ird, ird number",
        ),
    ),
)

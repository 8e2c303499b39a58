"""Identifiers of South Korea."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "South Korean",
    identifiers=(
        Identifier(
            "KR_RRN",
            compact=Compact("#############", check="kr.rrn", chance=0.005),
            named="rrn, resident registration number",
        ),
    ),
)

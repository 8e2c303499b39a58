"""Identifiers of Ireland."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Irish",
    identifiers=(
        Identifier(
            "IE_PPS",
            compact=Compact("#######@ #######@@", check="ie.pps", chance=0.025),
            named="pps, ppsn, pps number",
        ),
    ),
    vat="IE#######@",
)

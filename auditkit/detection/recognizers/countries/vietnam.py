"""Identifiers of Vietnam."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Vietnamese",
    identifiers=(
        Identifier(
            "VN_MST", compact=Compact("##########", check="vn.mst", chance=0.1), named="ma so thue, mst"
        ),
    ),
)

"""Identifiers of Japan."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Japanese",
    identifiers=(
        Identifier(
            "JP_MY_NUMBER",
            compact=Compact("############", check="jp.in_", chance=0.1),
            named="my number, mynumber, individual number",
        ),
    ),
)

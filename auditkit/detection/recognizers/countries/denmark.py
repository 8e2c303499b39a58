"""Identifiers of Denmark."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Danish",
    identifiers=(
        Identifier(
            "DK_CPR",
            compact=Compact("##########", check="dk.cpr", chance=0.03),
            named="cpr, cpr nummer, cpr nr",
        ),
    ),
    vat="DK########",
)

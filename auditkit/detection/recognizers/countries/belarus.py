"""Identifiers of Belarus."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Belarusian",
    identifiers=(
        Identifier("BY_UNP", compact=Compact("@@#######", check="by.unp", chance=0.01), hinted="unp"),
    ),
)

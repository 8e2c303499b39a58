"""Identifiers of Ukraine."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Ukrainian",
    identifiers=(
        Identifier(
            "UA_RNTRC", compact=Compact("##########", check="ua.rntrc", chance=0.1), named="rnokpp, rntrc"
        ),
    ),
)

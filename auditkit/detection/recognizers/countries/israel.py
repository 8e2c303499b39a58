"""Identifiers of Israel."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Israeli",
    identifiers=(
        Identifier(
            "IL_ID",
            compact=Compact("#########", check="il.idnr", chance=0.1),
            named="teudat zehut, israeli id",
        ),
    ),
)

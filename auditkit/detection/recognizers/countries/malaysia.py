"""Identifiers of Malaysia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Malaysian",
    identifiers=(
        Identifier(
            "MY_NRIC", compact=Compact("############", check="my.nric", chance=0.035), named="nric, mykad"
        ),
    ),
)

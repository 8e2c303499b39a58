"""Identifiers of South Africa."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "South African",
    identifiers=(
        Identifier(
            "ZA_ID",
            compact=Compact("#############", check="za.idnr", chance=0.002),
            named="sa id, sa id number, south african id",
        ),
        Identifier(
            "ZA_TIN", compact=Compact("##########", check="za.tin", chance=0.05), named="income tax reference"
        ),
    ),
)

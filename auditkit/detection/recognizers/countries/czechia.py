"""Identifiers of Czechia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Czech",
    identifiers=(
        Identifier("CZ_RC", compact=Compact("##########", check="cz.rc", chance=0.02), named="rodne cislo"),
    ),
    vat="CZ########",
)

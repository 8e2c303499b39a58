"""Identifiers of Slovakia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Slovak",
    identifiers=(
        Identifier("SK_RC", compact=Compact("##########", check="sk.rc", chance=0.03), named="rodne cislo"),
    ),
    vat="SK##########",
)

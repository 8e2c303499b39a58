"""Identifiers of Slovenia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Slovenian",
    identifiers=(
        Identifier("SI_EMSO", compact=Compact("#############", check="si.emso", chance=0.005), named="emso"),
    ),
    vat="SI########",
)

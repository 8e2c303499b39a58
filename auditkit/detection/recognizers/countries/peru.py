"""Identifiers of Peru."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Peruvian",
    identifiers=(
        Identifier(
            "PE_CUI", compact=Compact("######### ########@", check="pe.cui", chance=0.08), named="dni, cui"
        ),
    ),
)

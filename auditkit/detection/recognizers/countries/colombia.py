"""Identifiers of Colombia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Colombian",
    identifiers=(
        Identifier("CO_NIT", compact=Compact("##########", check="co.nit", chance=0.1), named="nit"),
    ),
)

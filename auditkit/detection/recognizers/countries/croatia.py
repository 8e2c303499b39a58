"""Identifiers of Croatia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Croatian",
    identifiers=(
        Identifier("HR_OIB", compact=Compact("###########", check="hr.oib", chance=0.1), named="oib"),
    ),
    vat="HR###########",
)

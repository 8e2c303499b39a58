"""Identifiers of the Philippines."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Philippine",
    identifiers=(Identifier("PH_TIN", compact=Compact("############"), named="tin"),),
)

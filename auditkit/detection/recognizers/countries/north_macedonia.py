"""Identifiers of North Macedonia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Macedonian",
    identifiers=(Identifier("MK_EDB", compact=Compact("#############", check="mk.edb", chance=0.1)),),
)

"""Identifiers of Mozambique."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Mozambican",
    identifiers=(
        Identifier("MZ_NUIT", compact=Compact("#########", check="mz.nuit", chance=0.101), named="nuit"),
    ),
)

"""Identifiers of Moldova."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Moldovan",
    identifiers=(
        Identifier("MD_IDNP", compact=Compact("#############", check="md.idno", chance=0.1), named="idnp"),
    ),
)

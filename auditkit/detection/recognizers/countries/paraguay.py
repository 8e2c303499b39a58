"""Identifiers of Paraguay."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Paraguayan",
    identifiers=(Identifier("PY_CI", compact=Compact("####### ######")),),
)

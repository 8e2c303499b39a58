"""Identifiers of Nigeria."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Nigerian",
    identifiers=(Identifier("NG_NIN", compact=Compact("###########"), named="nin"),),
)

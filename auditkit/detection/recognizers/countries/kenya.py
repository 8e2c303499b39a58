"""Identifiers of Kenya."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Kenyan",
    identifiers=(Identifier("KE_PIN", compact=Compact("A#########@", check="ke.pin"), named="kra pin"),),
)

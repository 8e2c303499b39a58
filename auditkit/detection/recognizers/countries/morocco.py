"""Identifiers of Morocco."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Moroccan",
    identifiers=(Identifier("MA_CIN", compact=Compact("@###### @@######"), named="cnie", hinted="cin"),),
)

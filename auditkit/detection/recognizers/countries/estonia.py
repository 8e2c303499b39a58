"""Identifiers of Estonia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Estonian",
    identifiers=(
        Identifier("EE_IK", compact=Compact("###########", check="ee.ik", chance=0.003), named="isikukood"),
    ),
    vat="EE#########",
)

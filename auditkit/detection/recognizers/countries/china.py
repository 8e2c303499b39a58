"""Identifiers of China."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Identifier

COUNTRY = Country(
    "Chinese",
    identifiers=(
        Identifier(
            "CN_RIC",
            compact=Compact("################## #################X", check="cn.ric", chance=0.001),
            named="resident identity card, shenfenzheng",
        ),
    ),
    companies=(
        CompanyNumber(
            "USCC",
            Compact("9*****************", check="cn.uscc", chance=0.001),
            named="uscc, unified social credit code",
        ),
    ),
)

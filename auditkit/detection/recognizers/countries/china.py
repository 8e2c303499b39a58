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
    plates=r"[\u4e00-\u9fff][A-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}",
    companies=(
        CompanyNumber(
            "USCC",
            Compact("9*****************", check="cn.uscc", chance=0.001),
            named="uscc, unified social credit code",
        ),
    ),
)

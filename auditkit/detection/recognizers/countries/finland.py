"""Identifiers of Finland."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import stdnum
from auditkit.detection.recognizers.country import Compact, Country, Identifier, Written

COUNTRY = Country(
    "Finnish",
    identifiers=(
        Identifier(
            "FI_HETU",
            written=Written(
                r"[0-3][0-9][01][0-9]{3}[\-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]",
                gate=r"\b[0-9]{6}[\-+A-FU-Yaf][0-9]{3}",
                decides=stdnum("fi.hetu"),
                chance=0.002,
                luck=0.033,
                score=0.9,
            ),
            named="hetu, henkilotunnus",
        ),
        Identifier(
            "FI_VERONUMERO", compact=Compact("############", check="fi.veronumero"), named="veronumero"
        ),
    ),
    vat="FI########",
)

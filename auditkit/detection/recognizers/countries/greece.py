"""Identifiers of Greece."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Greek",
    identifiers=(
        Identifier("GR_AFM", compact=Compact("#########", check="gr.vat", chance=0.099), hinted="afm"),
        Identifier("GR_AMKA", compact=Compact("###########", check="gr.amka", chance=0.005), named="amka"),
    ),
    vat="EL#########",
)

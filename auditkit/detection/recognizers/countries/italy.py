"""Identifiers of Italy."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import stdnum
from auditkit.detection.recognizers.country import Compact, Country, Identifier, Written

COUNTRY = Country(
    "Italian",
    identifiers=(
        Identifier(
            "IT_FISCAL_CODE",
            written=Written(
                r"[A-Za-z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRSTabcdehlmprst][0-9LMNP-V]{2}[A-Za-z][0-9LMNP-V]{3}[A-Za-z]",
                gate=r"[A-Za-z][0-9]{2}[A-EHLMPR-Ta-ehlmpr-t][0-9]{2}[A-Za-z]",
                decides=stdnum("it.codicefiscale"),
                chance=0.0005,
                luck=0.04,
                score=0.9,
            ),
            named="codice fiscale, fiscal code, cod fiscale",
        ),
        Identifier(
            "IT_IDENTITY_CARD", compact=Compact("C@#####@@"), named="carta identita, carta d identita"
        ),
    ),
    vat="IT###########",
    vat_named="partita iva",
    plates=r"[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}",
    phone_region="IT",
)

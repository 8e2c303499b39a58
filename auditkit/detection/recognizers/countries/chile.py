"""Identifiers of Chile."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Chilean",
    identifiers=(
        Identifier(
            "CL_RUT",
            compact=Compact("######### ########K ######## #######K", check="cl.rut", chance=0.1),
            named="rut, run, rut number",
        ),
    ),
)

"""Identifiers of Iceland."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Icelandic",
    identifiers=(
        Identifier(
            "IS_KENNITALA",
            compact=Compact("##########", check="is_.kennitala", chance=0.005),
            named="kennitala",
        ),
    ),
)

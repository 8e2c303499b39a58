"""Identifiers of Malta."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Country

COUNTRY = Country(
    "Maltese",
    vat="MT########",
)

"""Identifiers of Indonesia."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier

COUNTRY = Country(
    "Indonesian",
    identifiers=(
        Identifier(
            "ID_NIK",
            compact=Compact("################", check="id.nik", chance=0.03),
            named="nik, ktp, nomor induk kependudukan",
        ),
    ),
)

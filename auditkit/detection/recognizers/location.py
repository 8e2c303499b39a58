"""Places on the earth."""

from __future__ import annotations

from auditkit.detection.shapes import Family, Shape

_LATITUDE = r"-?(?:[1-8]?[0-9]\.[0-9]{2,}|90\.0+)"
_LONGITUDE = r"-?(?:1[0-7][0-9]\.[0-9]{2,}|[1-9]?[0-9]\.[0-9]{2,}|180\.0+)"

FAMILIES = (
    Family(
        r"[0-9]\.[0-9]{2,}[,; ]|\b(?i:point) *(?:Z *)?\(",
        (
            Shape("GEO_COORDINATES", rf"^[\s\[(]*(?P<v>{_LATITUDE}\s*[,; ]\s*{_LONGITUDE})[\s\])]*$", chance=0.003, whole=True),
            Shape("GEO_COORDINATES", r"(?P<v>\b(?i:point) *(?:Z *)?\( *-?[0-9.]+ +-?[0-9.]+)", chance=0.0001),
        ),
    ),
)

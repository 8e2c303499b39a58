"""Coordinates of places."""

from __future__ import annotations

from auditkit.detection.shapes import Family, Shape

_DEGREES = r"-?[0-9]{1,6}\.[0-9]{2,}"
_PAIR = rf"^[\s(]*(?P<v>{_DEGREES}\s*[,; ]\s*{_DEGREES})[\s)]*$"
_PAIR_IN_BRACKETS = rf"^\s*\[[\s(]*(?P<v>{_DEGREES}\s*[,; ]\s*{_DEGREES})[\s)]*\]\s*$"
"""A pair whose two brackets are alike: `(0.12, 23.45]` is an interval."""
_POINT = r"(?P<v>\b(?i:point) *(?:Z *)?\( *-?[0-9.]+ +-?[0-9.]+)"
_WRITTEN = (
    r"(?P<v>\b[0-9]{1,3}(?:[.,][0-9]+)? ?[°º](?: ?[0-9]{1,2}(?:[.,][0-9]+)? ?['′’])?"
    r"(?: ?[0-9]{1,2}(?:[.,][0-9]+)? ?(?:[\"″”]|''))? ?[NSEWO])\b"
)
"""Degrees with their minutes, seconds and direction."""

_NOWHERE = (
    # beyond the poles, or beyond the date line
    r"^-?(?:[0-9]{3,}|0[0-9]|9[1-9]|90\.0*[1-9])"
    r"|[,; ]\s*-?(?:[0-9]{4,}|0[0-9]+|[2-9][0-9]{2}|19[0-9]|18[1-9]|180\.0*[1-9])"
    # four degrees of sea around the place where the equator meets the prime meridian
    r"|^-?[0-3]\.0*[1-9][0-9]*\s*[,; ]\s*-?[0-3]\."
)

FAMILIES = (
    Family(
        r"[0-9]\.[0-9]{2,}[,; ]|\b(?i:point) *(?:Z *)?\(|[0-9] ?[°º]",
        (
            Shape("GEO_COORDINATES", _PAIR, chance=0.003, luck=0.5, invalid=_NOWHERE, whole=True),
            Shape("GEO_COORDINATES", _PAIR_IN_BRACKETS, chance=0.003, luck=0.5, invalid=_NOWHERE, whole=True),
            Shape("GEO_COORDINATES", _POINT, chance=0.0001),
            Shape("GEO_COORDINATES", _WRITTEN, chance=0.0001),
        ),
    ),
)

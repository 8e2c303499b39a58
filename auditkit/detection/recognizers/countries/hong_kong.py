"""Identifiers of Hong Kong."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier


def hkid(number: str) -> bool:
    """Return whether an identity card number passes its check modulo 11 (Immigration Department).

    One or two letters and six digits stand before the check; `A` as a check is 10.

    >>> hkid("A1234563"), hkid("A1234564")
    (True, False)
    """
    values = [36] * (9 - len(number)) + [int(c, 36) for c in number]
    total = sum(v * w for v, w in zip(values, range(9, 0, -1), strict=True))
    return number[-1] in "0123456789A" and total % 11 == 0


COUNTRY = Country(
    "Hong Kong",
    identifiers=(
        Identifier(
            "HK_HKID",
            compact=Compact("@####### @######A @@#######", check=hkid, chance=0.091),
            named="hkid, hkid number, hkic",
        ),
    ),
)

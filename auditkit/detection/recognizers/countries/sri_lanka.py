"""Identifiers of Sri Lanka."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier


def nic(number: str) -> bool:
    """Return whether an identity card number has a day of the year of birth (Act 32 of 1968).

    Women have 500 added to the day. The old form ends in V or X, the new one begins with the century.

    >>> nic("853400937V"), nic("198534000937"), nic("859900937V")
    (True, True, False)
    """
    old = len(number) == 10
    day = int(number[2:5] if old else number[4:7]) % 500
    return 1 <= day <= 366 and (old or number[:2] in ("19", "20"))


COUNTRY = Country(
    "Sri Lankan",
    identifiers=(
        Identifier(
            "LK_NIC",
            compact=Compact("#########V #########X ############", check=nic, chance=0.495),
            named="nic number",
            hinted="nic",
        ),
    ),
)

"""Identifiers of Albania."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def nid(number: str) -> bool:
    """Return whether an identity number has a day of birth; the check letter at its end is not public.

    The first letter is the decade. Women have 50 added to the month.

    >>> nid("I05101999I"), nid("I05991999I")
    (True, False)
    """
    month = int(number[2:4])
    return is_day(f"{month - 50 if month > 50 else month:02d}", number[4:6])


COUNTRY = Country(
    "Albanian",
    identifiers=(
        Identifier(
            "AL_NID", compact=Compact("@########@", check=nid, chance=0.075), named="nid, numri personal"
        ),
    ),
)

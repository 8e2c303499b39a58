"""Identifiers of Egypt."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import is_day
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def nid(number: str) -> bool:
    """Return whether an identity number has a century, a day of birth and a governorate.

    The check digit at its end is not public (Civil Status Organization).

    >>> nid("29001010112345"), nid("29013010112345")
    (True, False)
    """
    place = int(number[7:9])
    return number[0] in "23" and is_day(number[3:5], number[5:7]) and (1 <= place <= 35 or place == 88)


COUNTRY = Country(
    "Egyptian",
    identifiers=(
        Identifier(
            "EG_NID",
            compact=Compact("##############", check=nid, chance=0.003),
            named="raqam qawmi, egyptian id",
        ),
        Identifier("EG_TN", compact=Compact("#########", check="eg.tn")),
    ),
)

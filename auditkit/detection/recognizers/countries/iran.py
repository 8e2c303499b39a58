"""Identifiers of Iran."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, Country, Identifier


def nid(number: str) -> bool:
    """Return whether an identity number passes its check modulo 11.

    Source: National Organization for Civil Registration.

    >>> nid("0499370899"), nid("0499370898")
    (True, False)
    """
    rest = weighted_sum(number, range(10, 1, -1)) % 11
    return len(set(number)) > 1 and int(number[9]) == (rest if rest < 2 else 11 - rest)


COUNTRY = Country(
    "Iranian",
    identifiers=(
        Identifier(
            "IR_NID",
            compact=Compact("##########", check=nid, chance=0.098),
            named="kode melli, code melli, melli code",
        ),
    ),
)

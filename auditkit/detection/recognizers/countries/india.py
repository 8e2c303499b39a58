"""Identifiers of India."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, verhoeff
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def aadhaar(m: Matrix) -> Mask:
    """Return which rows pass Verhoeff, begin with 2 or more, and are no palindromes (UIDAI)."""
    return np.asarray(verhoeff(m) & (m[:, 0] > ord("1")) & (m != m[:, ::-1]).any(axis=1))


COUNTRY = Country(
    "Indian",
    identifiers=(
        Identifier(
            "IN_AADHAAR",
            digits=(Digits(12, aadhaar, chance=0.08, luck=0.102),),
            named="aadhaar, aadhar, aadhaar number",
        ),
        Identifier(
            "IN_PAN",
            written=Written(
                r"[A-Z]{5}[0-9]{4}[A-Z]",
                gate=r"\b[A-Z]{5}[0-9]{4}[A-Z]",
                invalid="^...[^ABCFGHJLPT]",
                chance=0.005,
                luck=0.4,
                score=0.6,
            ),
            named="pan no, pan number, pan",
        ),
        Identifier(
            "IN_VID",
            compact=Compact("################", check="in_.vid", chance=0.079),
            named="virtual id",
            hinted="vid",
        ),
        Identifier(
            "IN_VOTER", compact=Compact("@@@#######", check="in_.epic", chance=0.1), named="voter id, epic"
        ),
    ),
    companies=(
        CompanyNumber(
            "GSTIN",
            Compact("##@@@@@####@*Z*", check="in_.gstin", chance=0.004),
            named="gstin, gst number, gst no",
        ),
    ),
)

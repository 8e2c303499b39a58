"""Identifiers of people and their things that no single country gives out."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, luhn, number, varied, vin
from auditkit.detection.recognizers.check_digits import icao_9303
from auditkit.detection.recognizers.country import Digits, Identifier, Written

_REPORTING_BODIES = (1, 10, 30, 33, 35, 44, 45, 49, 50, 51, 52, 53, 54, 86, 91, 98, 99)
"""The first two digits of numbers that the GSM Association allocates (GSMA TS.06)."""


def imei(m: Matrix) -> Mask:
    """Return which rows are numbers of mobile devices: Luhn, and a reporting body that allocates them."""
    return np.asarray(luhn(m) & np.isin(number(digits(m)[:, :2]), _REPORTING_BODIES) & varied(m))


def machine_readable(line: str) -> bool:
    """Return whether a text is the second line of a passport or visa (ICAO 9303).

    It has check digits of the number, the day of birth and the day of expiry.

    >>> machine_readable("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    True
    """
    parts = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    return all(icao_9303(part) == int(check) for part, check in parts)


IDENTIFIERS = (
    Identifier("DEVICE_ID", digits=(Digits(15, imei, chance=0.015, luck=0.102),)),
    Identifier(
        "PASSPORT",
        written=Written(
            r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{7,15}[0-9]",
            gate=r"[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]",
            decides=machine_readable,
            chance=0.0001,
            score=0.9,
        ),
    ),
    Identifier(
        "VIN",
        written=Written(
            r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}",
            gate=r"\b[A-Z0-9]{17}",
            checks={17: vin},
            reject=r"^[0-9]+$",
            chance=0.04,
            luck=0.092,
        ),
    ),
)

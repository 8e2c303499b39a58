"""Identifiers of Sweden."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, calendar, digits, luhn, number
from auditkit.detection.recognizers.country import Country, Digits, Identifier


def personnummer(m: Matrix) -> Mask:
    """Return which rows hold a day of birth and pass Luhn; 12 digits begin with the century.

    Coordination numbers add 60 to the day.
    """
    ten = m[:, -10:]
    d = digits(ten)
    year = number(digits(m)[:, :4]) if m.shape[1] == 12 else 2000 + number(d[:, :2])
    day = number(d[:, 4:6])
    century = (year >= 1880) & (year < 2100)
    born = calendar(year, number(d[:, 2:4]), np.where(day > 60, day - 60, day))
    return np.asarray(luhn(ten) & century & born)


COUNTRY = Country(
    "Swedish",
    identifiers=(
        Identifier(
            "SE_PERSONNUMMER",
            digits=(
                Digits(10, personnummer, chance=0.01, luck=0.102),
                Digits(12, personnummer, chance=0.0002, luck=0.102),
            ),
            named="personnummer",
        ),
    ),
    vat="SE############",
)

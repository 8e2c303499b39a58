"""Identifiers of the Netherlands."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, varied, weighted
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def bsn(m: Matrix) -> Mask:
    """Return which rows pass the Dutch "elfproef": a weighted sum modulo 11."""
    return np.asarray((weighted(m, (9, 8, 7, 6, 5, 4, 3, 2, -1), 11) == 0) & varied(m))


COUNTRY = Country(
    "Dutch",
    identifiers=(
        Identifier(
            "NL_BSN", digits=(Digits(9, bsn, chance=0.09, luck=0.1),), named="bsn, burgerservicenummer"
        ),
        Identifier(
            "NL_ONDERWIJS",
            compact=Compact("10#######", check="nl.onderwijsnummer", chance=0.095),
            named="onderwijsnummer",
        ),
    ),
    vat="NL#########B##",
    vat_named="btw nummer",
    plates=(
        r"[A-Z]{2}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{2}-[0-9]{2}|[A-Z]{2}-[0-9]{2}-[A-Z]{2}"
        r"|[A-Z]{2}-[A-Z]{2}-[0-9]{2}|[0-9]{2}-[A-Z]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{3}-[0-9]|[0-9]-[A-Z]{3}-[0-9]{2}"
        r"|[A-Z]{2}-[0-9]{3}-[A-Z]|[A-Z]-[0-9]{3}-[A-Z]{2}"
    ),
    phone_region="NL",
)

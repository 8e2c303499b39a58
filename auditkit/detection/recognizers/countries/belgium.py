"""Identifiers of Belgium."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, number, varied
from auditkit.detection.recognizers.country import Compact, Country, Digits, Identifier


def nn(m: Matrix) -> Mask:
    """Return which rows are national register numbers: the check is 97 less the rest modulo 97.

    For people born from 2000 a 2 stands before the first nine digits. Days and months may be unknown.
    """
    d = digits(m)
    first, check = number(d[:, :9]), number(d[:, 9:])
    valid = (97 - first % 97 == check) | (97 - (first + 2 * 10**9) % 97 == check)
    return np.asarray(valid & (number(d[:, 2:4]) <= 12) & varied(m))


COUNTRY = Country(
    "Belgian",
    identifiers=(
        Identifier(
            "BE_BIS",
            compact=Compact("###########", check="be.bis", chance=0.003),
            named="bis number, bisnummer, numero bis",
        ),
        Identifier(
            "BE_NN",
            digits=(Digits(11, nn, chance=0.003, luck=0.022),),
            named="rijksregisternummer, numero de registre national, registre national",
        ),
    ),
    vat="BE##########",
)

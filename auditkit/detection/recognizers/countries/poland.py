"""Identifiers of Poland."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, calendar, digits, number, weighted
from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Digits, Identifier


def pesel(m: Matrix) -> Mask:
    """Return which rows hold a day of birth, with the century in the month, and a check modulo 10."""
    d = digits(m)
    month = number(d[:, 2:4])
    century = np.array([1900, 2000, 2100, 2200, 1800])[month // 20 % 5]
    born = calendar(century + number(d[:, :2]), month % 20, number(d[:, 4:6]))
    return np.asarray(born & ((10 - weighted(m, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10)) % 10 == d[:, 10]))


def id_card(number: str) -> bool:
    """Return whether the number of an identity card passes its check; letters count from 10.

    >>> id_card("ABA300000"), id_card("ABA300001")
    (True, False)
    """
    return sum(int(c, 36) * w for c, w in zip(number, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0


COUNTRY = Country(
    "Polish",
    identifiers=(
        Identifier(
            "PL_ID_CARD",
            compact=Compact("@@@######", check=id_card, chance=0.102),
            named="dowod osobisty, numer dowodu, seria i numer dowodu",
        ),
        Identifier("PL_NIP", compact=Compact("##########", check="pl.nip", chance=0.091), hinted="nip"),
        Identifier("PL_PESEL", digits=(Digits(11, pesel, chance=0.02, luck=0.102),), named="pesel"),
    ),
    companies=(
        CompanyNumber(
            "REGON",
            Compact("######### ##############", check="pl.regon", chance=0.1),
            named="regon",
            only_named=True,
        ),
    ),
    vat="PL##########",
    vat_named="nip ue",
    plates_like_codes=r"[A-Z]{2,3} [0-9][0-9A-Z]{3,4}",
    phone_region="PL",
)

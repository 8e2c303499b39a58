"""Identifiers of France."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, number
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def nir(m: Matrix) -> Mask:
    """Return which rows hold a sex, a month of birth, and a check of 97 less the rest modulo 97 (INSEE)."""
    d = digits(m)
    month = number(d[:, 3:5])
    born = ((month >= 1) & (month <= 12)) | ((month >= 20) & (month <= 42)) | (month >= 50)
    check = 97 - number(d[:, :13]) % 97
    return np.asarray(np.isin(d[:, 0], [1, 2]) & born & (check == number(d[:, 13:])))


COUNTRY = Country(
    "French",
    identifiers=(
        Identifier(
            "FR_NIR",
            digits=(Digits(15, nir, chance=0.002, luck=0.011),),
            written=Written(
                r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
                # a word boundary in front: a repeat that may begin at every digit is slow on long numbers
                gate=r"\b[12](?: ?[0-9]){12}",
                checks={15: nir},
                chance=0.012,
                score=0.8,
            ),
            named="nir, numero de securite sociale, numero secu, securite sociale, insee",
        ),
        Identifier(
            "FR_SPI",
            compact=Compact("#############", check="fr.nif", chance=0.002),
            named="numero fiscal, spi",
        ),
    ),
    companies=(
        CompanyNumber(
            "SIREN", Compact("#########", check="fr.siren", chance=0.1), named="siren", only_named=True
        ),
        CompanyNumber("SIRET", Compact("##############", check="fr.siret", chance=0.011), named="siret"),
    ),
    vat="FR###########",
    vat_named="numero tva, tva intracommunautaire",
    plates=r"[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}",
    phone_region="FR",
)

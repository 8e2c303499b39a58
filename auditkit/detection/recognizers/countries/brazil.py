"""Identifiers of Brazil."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits, varied, weighted
from auditkit.detection.recognizers.country import (
    Compact,
    CompanyNumber,
    Country,
    Digits,
    Identifier,
    Written,
)


def cpf(m: Matrix) -> Mask:
    """Return which rows are taxpayer numbers, by two check digits modulo 11 (Receita Federal)."""
    d = digits(m)
    first = (11 - weighted(m, tuple(range(10, 1, -1)), 11)) % 11 % 10
    second = (11 - weighted(m, tuple(range(11, 1, -1)), 11)) % 11 % 10
    return np.asarray((first == d[:, 9]) & (second == d[:, 10]) & varied(m))


COUNTRY = Country(
    "Brazilian",
    identifiers=(
        Identifier(
            "BR_CPF",
            digits=(Digits(11, cpf, chance=0.011, luck=0.02),),
            written=Written(
                r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}",
                gate=r"\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-",
                checks={11: cpf},
                chance=0.001,
                luck=0.02,
                score=0.9,
            ),
            named="cpf",
        ),
    ),
    companies=(CompanyNumber("CNPJ", Compact("##############", check="br.cnpj", chance=0.01), named="cnpj"),),
)

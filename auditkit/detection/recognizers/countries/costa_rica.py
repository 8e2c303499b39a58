"""Identifiers of Costa Rica."""

from __future__ import annotations

from auditkit.detection.recognizers.country import Compact, Country, Identifier


def cpf(number: str) -> bool:
    """Return whether an identity number has a zero, then a province (Tribunal Supremo de Elecciones).

    Provinces are 1 to 7; 8 is for naturalised people, 9 for special cases.

    >>> cpf("0109014321"), cpf("0000901432")
    (True, False)
    """
    return number[0] == "0" and number[1] != "0"


COUNTRY = Country(
    "Costa Rican",
    identifiers=(
        Identifier("CR_CPF", compact=Compact("##########", check=cpf, chance=0.09)),
        Identifier(
            "CR_CR",
            compact=Compact("1########### 1##########", check="cr.cr"),
            named="cedula de residencia, dimex",
        ),
    ),
)

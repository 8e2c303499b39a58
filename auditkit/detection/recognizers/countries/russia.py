"""Identifiers of Russia."""

from __future__ import annotations

from auditkit.detection.recognizers.check_digits import weighted_sum
from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Identifier


def snils(number: str) -> bool:
    """Return whether an insurance number passes its check modulo 101, where 100 counts as 0.

    Source: Pension Fund of Russia.

    >>> snils("11223344595"), snils("11223344596")
    (True, False)
    """
    return weighted_sum(number, range(9, 0, -1)) % 101 % 100 == int(number[9:]) and len(set(number)) > 1


COUNTRY = Country(
    "Russian",
    identifiers=(
        Identifier("RU_INN", compact=Compact("############", check="ru.inn", chance=0.009), hinted="inn"),
        Identifier("RU_SNILS", compact=Compact("###########", check=snils, chance=0.01), named="snils"),
    ),
    companies=(
        CompanyNumber(
            "OGRN",
            Compact("############# ###############", check="ru.ogrn", chance=0.06),
            named="ogrn, ogrnip",
        ),
    ),
)

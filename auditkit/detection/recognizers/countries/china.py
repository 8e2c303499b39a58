"""Identifiers of China."""

from __future__ import annotations

from datetime import date

from auditkit.detection.recognizers.check_digits import stdnum
from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Identifier

_PROVINCES = frozenset((
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
).split())  # fmt: skip
"""First digits of the codes of GB/T 2260, with those of residence permits for Hong Kong, Macao and Taiwan."""

_passes_check = stdnum("iso7064.mod_11_2")


def is_resident_number(number: str) -> bool:
    """Return whether 18 characters are a resident identity number (GB 11643): a province, a day, a check.

    The county is that of the first registration, so it may be younger or older than the person:

    >>> is_resident_number("440103196103120018"), is_resident_number("440103196113120018")
    (True, False)
    """
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[:2] in _PROVINCES and 1880 <= born.year < 2100 and _passes_check(number)


COUNTRY = Country(
    "Chinese",
    identifiers=(
        Identifier(
            "CN_RIC",
            compact=Compact(
                "################## #################X", check=is_resident_number, chance=0.00003
            ),
            named="resident identity card, shenfenzheng",
        ),
    ),
    plates=r"[\u4e00-\u9fff][A-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}",
    companies=(
        CompanyNumber(
            "USCC",
            Compact("9*****************", check="cn.uscc", chance=0.001),
            named="uscc, unified social credit code",
        ),
    ),
)

"""Identifiers of Germany."""

from __future__ import annotations

import numpy as np

from auditkit.detection.checksums import Mask, Matrix, digits
from auditkit.detection.recognizers.check_digits import digit_sum, icao_9303, is_day
from auditkit.detection.recognizers.country import Compact, CompanyNumber, Country, Digits, Identifier


def tax_id(m: Matrix) -> Mask:
    """Return which rows are tax identification numbers (ISO 7064 mod 11, 10).

    Exactly one digit of the first ten occurs two or three times.
    """
    d = digits(m)
    counts = np.stack([(d[:, :10] == i).sum(axis=1) for i in range(10)], axis=1)
    one_repeats = (((counts == 2) | (counts == 3)).sum(axis=1) == 1) & (counts.max(axis=1) <= 3)
    state = np.full(len(m), 10)
    for column in d[:, :10].T:
        state = ((state + column) % 10 + 9) % 10 + 1  # 0 counts as 10
        state = state * 2 % 11
    return np.asarray(one_repeats & (d[:, 0] != 0) & ((state + d[:, 10]) % 10 == 1))


def social_security(number: str) -> bool:
    """Return whether a pension insurance number has a day of birth and passes its check (VKVV).

    It is made of area, day of birth, initial, and serial number. The letter counts as two digits.

    >>> social_security("15070649C103"), social_security("15070649C104")
    (True, False)
    """
    total = digit_sum(number[:8] + _as_digits(number[8]) + number[9:11], (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1))
    return is_day(number[4:6], number[2:4]) and total % 10 == int(number[11])


def id_card(number: str) -> bool:
    """Return whether the number of an identity card has letters and the check digit of ICAO 9303.

    >>> id_card("T220001293"), id_card("T220001294")
    (True, False)
    """
    return icao_9303(number[:9]) == int(number[9]) and any(c.isalpha() for c in number[:9])


def health_insurance(number: str) -> bool:
    """Return whether a health insurance number passes its check modulo 10 (section 290 SGB V).

    >>> health_insurance("A123456780"), health_insurance("A123456781")
    (True, False)
    """
    return digit_sum(_as_digits(number[0]) + number[1:9], (1, 2) * 5) % 10 == int(number[9])


def _as_digits(letter: str) -> str:
    return f"{ord(letter) - 64:02d}"


COUNTRY = Country(
    "German",
    identifiers=(
        Identifier(
            "DE_HEALTH_INSURANCE",
            compact=Compact("@#########", check=health_insurance, chance=0.097),
            named="kvnr, krankenversichertennummer, versichertennummer, krankenversicherungsnummer",
        ),
        Identifier(
            "DE_ID_CARD",
            compact=Compact("@######### @***#####* @********#", check=id_card, chance=0.08),
            named="personalausweisnummer, personalausweis, ausweisnummer",
        ),
        Identifier(
            "DE_SOCIAL_SECURITY",
            compact=Compact("########@###", check=social_security, chance=0.005),
            named="rentenversicherungsnummer, sozialversicherungsnummer, sv nummer, rv nummer",
        ),
        Identifier(
            "DE_STEUERNUMMER",
            compact=Compact("########## ###########", check="de.stnr"),
            named="steuernummer, st nr, stnr",
        ),
        Identifier(
            "DE_TAX_ID",
            digits=(Digits(11, tax_id, chance=0.004, luck=0.102),),
            named="steuer id, steueridentifikationsnummer, idnr, steuerid, tax id, tin",
        ),
    ),
    companies=(
        CompanyNumber(
            "WKN",
            Compact("******", check="de.wkn", chance=0.7),
            named="wkn, wertpapierkennnummer",
            only_named=True,
        ),
    ),
    vat="DE#########",
    vat_named="ust id, ust idnr, ustid, umsatzsteuer id, umsatzsteueridentifikationsnummer",
    plates=r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} [1-9][0-9]{0,3}[EH]?",
)

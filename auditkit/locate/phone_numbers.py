"""The ways in which people write one phone number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MIN_DIGITS, MAX_DIGITS = 7, 17


def written_forms(text: str) -> frozenset[str]:
    """Return the digits of every way to write a phone number; empty where the text is no phone number.

    The forms are: with the country code, with 00 before it, with the (0) after it, and national. A number
    without a country code may belong to any country, so the forms of each country that has it are returned.

    >>> sorted(written_forms("+41 79 555 01 23"))
    ['00410795550123', '0041795550123', '0795550123', '410795550123', '41795550123']
    """
    import phonenumbers

    without_zero = text.replace("(0)", "")
    digits = re.sub(r"\D", "", without_zero)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return frozenset()
    if without_zero.startswith("00"):
        candidates = {f"+{digits.removeprefix('00')}"}
    elif without_zero.startswith("+"):
        candidates = {f"+{digits}"}
    else:
        codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        candidates = {f"+{code}{digits.removeprefix('0')}" for code in codes}
    numbers = _numbers(candidates, only_valid=len(candidates) > 1)
    forms = {form for number in numbers for form in _forms(number)} | {digits}
    return frozenset(forms) if len(forms) > 1 else frozenset()


def _numbers(candidates: set[str], *, only_valid: bool) -> Iterator[Any]:
    """Yield the candidates that are phone numbers: of a possible length, or in use in their country."""
    import phonenumbers

    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number) and (
            not only_valid or phonenumbers.is_valid_number(number)
        ):
            yield number


def _forms(number: Any) -> Iterator[str]:
    import phonenumbers

    code, significant = str(number.country_code), phonenumbers.national_significant_number(number)
    yield f"{code}{significant}"
    yield f"00{code}{significant}"
    yield f"{code}0{significant}"
    yield f"00{code}0{significant}"
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    yield re.sub(r"\D", "", national)

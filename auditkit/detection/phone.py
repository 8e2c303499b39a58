"""What the values of a column prove about telephone numbers where the name of the column says nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditkit.detection.birthdays import birthday
from auditkit.detection.fit import Fit, consecutive, percent, worth
from auditkit.detection.found import Found
from auditkit.detection.numbering_plan import telephone_abroad, telephone_local
from auditkit.detection.view import View

_BARE = re.compile(r"(\d{10,13})(?:\.0)?")
_DIGITS = re.compile(r"\d{8,12}")
_TRUNK = re.compile(r"0[1-9]\d{7,10}")
_CHINESE = re.compile(r"1[3-9]\d{9}")
_WRITTEN = re.compile(r"\(\+?\d{1,5}\)[\d .\-/]{5,12}|\d{3}[-. ]\d{3}[-. ]\d{4}")
"""An area code in brackets, or three, three and four digits: hardly anything else is written so."""

_GROUPS = re.compile(r"(?:\+?\d{1,4}[ \-/])?\(?\d{2,5}\)?(?:[ .\-/]{1,2}\d{2,8}){1,4}")
_DECIMAL = re.compile(r"\d+\.\d+")
_SECURITY = re.compile(r"\d{3}-\d{2}-\d{4}")
_LOOSE_PLANS = ("49", "43")
"""Country codes of plans that take almost any digits: those of Germany and Austria."""

_LATE, _EARLY = 2_000_000_000, 1_000_000_000
"""Seconds of 1998 to 2033, which many logs write as ten digits."""

_SHARED = 4
"""With so many first digits in common, numbers were handed out in turn."""

_LOOKED_AT = 40


def phone(view: View) -> Fit:
    """Return the fit of numbers in a written form that are valid in a numbering plan, or of digits.

    Digits that fit a plan prove little unless the table is about people.
    """
    found = view.state.found.get("PHONE_NUMBER")
    written = found.cells / view.filled if found and view.filled else 0.0
    if found and written >= 0.5 and view.share(birthday) < 0.5:
        return _of_written(found, written)
    return _of_form(view) or _with_country_code(view) or _plain(view)


def _of_written(found: Found, written: float) -> Fit:
    """Return the fit of cells that have the form of a telephone number."""
    some = found.values.texts(20)
    valid = sum(telephone_abroad(text) or telephone_local(text) for text in some) / len(some)
    score = worth([_likely(text) for text in some]) * written
    evidence = f"{percent(written)} have the form of a phone number, {percent(valid)} in a numbering plan"
    return Fit(score, evidence, strong=score > 1)


def _of_form(view: View) -> Fit | None:
    """Return the fit of digits with a leading zero, of Chinese mobile phones, or in groups; or None."""
    trunk = view.n >= 2 and view.share(_TRUNK.fullmatch) >= 0.6
    if trunk and view.share(lambda text: _DIGITS.fullmatch(text)) >= 0.9:
        evidence = "digits of the length of a phone number that begin with a zero"
        return Fit(3.8 if view.n >= 3 else 2.5, evidence, _DIGITS.fullmatch, strong=True)
    if view.n >= 3 and view.share(_CHINESE.fullmatch) >= 0.9:
        return Fit(4.2, "eleven digits as of mobile phones of China", _CHINESE.fullmatch, strong=True)
    if view.n >= 2 and view.share(_is_grouped) >= 0.8:
        evidence = "digits in groups, as phone numbers are written"
        return Fit(2.5 if view.n >= 3 else 1.5, evidence, _is_grouped, strong=True)
    return None


def _with_country_code(view: View) -> Fit | None:
    """Return the fit of digits that are mostly valid with the country code they begin with; or None."""
    bare = [match[1] if (match := _BARE.fullmatch(text)) else "" for text in view.texts[:_LOOKED_AT]]
    if len(bare) < 3 or sum(map(bool, bare)) < 0.9 * len(bare):
        return None
    if consecutive([int(digits) for digits in bare if digits]):
        return None
    valid = [
        bool(digits) and not digits.startswith(_LOOSE_PLANS) and telephone_abroad("+" + digits)
        for digits in bare
    ]
    if sum(valid) <= 0.5 * len(bare):
        return None
    evidence = f"{percent(sum(valid) / len(bare))} are valid phone numbers with their country code"
    return Fit(worth([15.0 if is_valid else 0.05 for is_valid in valid]), evidence, _BARE.fullmatch)


def _plain(view: View) -> Fit:
    """Return the fit of digits of the right length without a country code, not handed out in turn."""
    some = [text.removesuffix(".0") for text in view.texts[:_LOOKED_AT]]
    digits = [text for text in some if _DIGITS.fullmatch(text)]
    few = len(digits) < 2 or len(digits) < 0.9 * min(view.n, _LOOKED_AT)
    if few or view.share(birthday) > 0.5 or _is_something_else(digits):
        return Fit(-5.0, "the values are no phone numbers")
    usual = sum(len(number) in (10, 11) for number in digits) / len(digits)
    valid = sum(map(telephone_local, digits)) / len(digits)
    score = 0.2 + 1.0 * (usual >= 0.9) + 0.5 * (valid >= 0.8) + 0.3 * (len(digits) >= 4)
    evidence = f"digits of the length of a phone number, {percent(valid)} in a numbering plan"
    return Fit(score, evidence, _DIGITS.fullmatch, strong=True)


def _is_something_else(digits: Sequence[str]) -> bool:
    """Return whether numbers are handed out in turn, count seconds, or are rounded."""
    numbers = [int(number) for number in digits]
    return (
        len({number[:_SHARED] for number in digits}) == 1
        or consecutive(numbers)
        or all(_EARLY < number < _LATE for number in numbers)
        or sum(number.endswith("000") for number in digits) > 0.5 * len(digits)
    )


def _is_grouped(text: str) -> bool:
    if not _GROUPS.fullmatch(text) or _DECIMAL.fullmatch(text) or _SECURITY.fullmatch(text) or birthday(text):
        return False
    return 8 <= sum(map(str.isdigit, text)) <= 13


def _likely(text: str) -> float:
    """Return how much likelier a number in a written form is in a column of telephone numbers."""
    if telephone_abroad(text) or telephone_local(text):
        return 40.0
    if text.startswith("+") or (text.startswith("0") and _is_grouped(text)):
        return 5.0  # hardly anything else has a plus and a country code, even if nobody has the number
    return 4.0 if _WRITTEN.fullmatch(text) else 0.3

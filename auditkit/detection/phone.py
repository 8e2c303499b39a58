"""What the values of a column prove about telephone numbers where the column's name says nothing."""

from __future__ import annotations

import re

from auditkit.detection.evidence import Fit, consecutive, percent, worth
from auditkit.detection.numbering_plan import telephone_abroad, telephone_local
from auditkit.detection.view import View, birthday

_BARE = re.compile(r"(\d{10,13})(?:\.0)?")
_DIGITS = re.compile(r"\d{8,12}")
_TRUNK = re.compile(r"0[1-9]\d{7,10}")
_CHINESE = re.compile(r"1[3-9]\d{9}")
_WRITTEN = re.compile(r"\(\+?\d{1,5}\)[\d .\-/]{5,12}|\d{3}[-. ]\d{3}[-. ]\d{4}")
"""An area code in brackets, or three, three and four digits: hardly anything else, even where nobody was
given the number.
"""

_GROUPS = re.compile(r"(?:\+?\d{1,4}[ \-/])?\(?\d{2,5}\)?(?:[ .\-/]{1,2}\d{2,8}){1,4}")
_DECIMAL = re.compile(r"\d+\.\d+")
_SECURITY = re.compile(r"\d{3}-\d{2}-\d{4}")
_LATE, _EARLY = 2_000_000_000, 900_000_000  # seconds of 1998 to 2033, which many logs write as ten digits
_SHARED = 4  # so many first digits in common: numbers that were handed out in turn


def phone(view: View) -> Fit:
    """Numbers in a written form that are valid in a numbering plan, or digits that fit one: those prove
    little without people around.
    """
    found = view.state.found.get("PHONE_NUMBER")
    written = found.cells / view.filled if found and view.filled else 0.0
    if found and written >= 0.5 and view.share(birthday) < 0.5:
        some = found.values.texts(20)
        valid = sum(telephone_abroad(t) or telephone_local(t) for t in some) / len(some)
        score = worth([_likely(t) for t in some]) * written
        return Fit(
            score,
            f"{percent(written)} have the form of a phone number, {percent(valid)} in a numbering plan",
            strong=score > 1,
        )
    if (
        view.n >= 2
        and view.share(_TRUNK.fullmatch) >= 0.6
        and view.share(lambda t: _DIGITS.fullmatch(t)) >= 0.9
    ):
        score = 3.8 if view.n >= 3 else 2.5
        return Fit(
            score,
            "digits of the length of a phone number that begin with a zero",
            _DIGITS.fullmatch,
            strong=True,
        )
    if view.n >= 3 and view.share(_CHINESE.fullmatch) >= 0.9:
        return Fit(3.0, "eleven digits as of mobile phones of China", _CHINESE.fullmatch, strong=True)
    if view.n >= 2 and view.share(_grouped) >= 0.8:
        return Fit(
            2.5 if view.n >= 3 else 1.5,
            "digits in groups, as phone numbers are written",
            _grouped,
            strong=True,
        )
    bare = [m[1] if (m := _BARE.fullmatch(t)) else "" for t in view.texts[:40]]
    if (
        len(bare) >= 3
        and sum(map(bool, bare)) >= 0.9 * len(bare)
        and not consecutive([int(b) for b in bare if b])
    ):
        abroad = [bool(b) and b[:2] not in ("49", "43") and telephone_abroad("+" + b) for b in bare]
        if sum(abroad) > 0.5 * len(bare):
            words = f"{percent(sum(abroad) / len(bare))} are valid phone numbers with their country code"
            return Fit(worth([15.0 if a else 0.05 for a in abroad]), words, _BARE.fullmatch)
    return _plain(view)


def _plain(view: View) -> Fit:
    """Return the fit of digits that may be numbers without a country code: of the right length, and not
    handed out in turn.
    """
    digits = [t.removesuffix(".0") for t in view.texts[:40] if _DIGITS.fullmatch(t.removesuffix(".0"))]
    none = Fit(-5.0, "the values are no phone numbers")
    if len(digits) < 2 or len(digits) < 0.9 * min(view.n, 40) or view.share(birthday) > 0.5:
        return none
    numbers = [int(d) for d in digits]
    shared = len({d[:_SHARED] for d in digits}) == 1 or consecutive(numbers)
    if (
        shared
        or all(_EARLY < n < _LATE for n in numbers)
        or sum(d.endswith("000") for d in digits) > 0.5 * len(digits)
    ):
        return none
    usual = sum(len(d) in (10, 11) for d in digits) / len(digits)
    valid = sum(map(telephone_local, digits)) / len(digits)
    score = 0.2 + 1.0 * (usual >= 0.9) + 0.5 * (valid >= 0.8) + 0.3 * (len(digits) >= 4)
    return Fit(
        score,
        f"digits of the length of a phone number, {percent(valid)} in a numbering plan",
        _DIGITS.fullmatch,
        strong=True,
    )


def _grouped(text: str) -> bool:
    if not _GROUPS.fullmatch(text) or _DECIMAL.fullmatch(text) or _SECURITY.fullmatch(text) or birthday(text):
        return False
    return 8 <= sum(map(str.isdigit, text)) <= 13


def _likely(text: str) -> float:
    """Return how much likelier a number in a written form is in a column of phone numbers."""
    if telephone_abroad(text) or telephone_local(text):
        return 40.0
    # a plus and a country's code is hardly anything else, even where the number is not given out
    return (
        5.0
        if text.startswith("+") or (text.startswith("0") and _grouped(text))
        else 4.0
        if _WRITTEN.fullmatch(text)
        else 0.3
    )

"""Personal numbers of many countries: what a column of them looks like, and what python-stdnum says of each
value.

These are looked for in whole columns only, when the verdict is asked for: in longer text their bare digits
would be found by chance. `chance` is the share of random characters of the form that passes the check,
measured (`tests/detection/test_numbers.py` repeats it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module

from auditkit.detection.lexicon import lines
from auditkit.detection.recognizers import own

_OTHER = re.compile(r"[\s.\-/()]")
_FLOAT = re.compile(r"\.0\Z")
_CLOCK = re.compile(
    r"\s*(?:[0-9]{2}(?:[ .\-/][0-9]{2}){3,}|[0-9]{2}[./\-][0-9]{2}[./\-][0-9]{2}["
    r" T_][0-9]{2}[.\-][0-9]{2}|[0-9]{6} [0-9]{6})\s*"
)
"""Days and times, and telephone numbers, are written in pairs of digits; no personal number is."""

_STAMP = re.compile(r"[0-9]{6}(?:[0-9]{2})?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?")
_LEAST = 5


@dataclass(frozen=True)
class Number:
    """A personal number.

    Attributes:
        entity: its name in the vocabulary.
        forms: how it is written compactly: `#` is a digit, `@` a letter, `*` either, anything else itself.
        check: a module of python-stdnum, or a function of `recognizers.own`; empty where there is no check.
        chance: how many random values of its forms pass.
    """

    entity: str
    forms: tuple[str, ...]
    check: str
    chance: float

    @cached_property
    def form(self) -> re.Pattern[str]:
        """The forms as a pattern."""
        one = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}
        return re.compile("|".join("".join(one.get(c, c) for c in form) for form in self.forms), re.ASCII)

    @cached_property
    def valid(self) -> Callable[[str], bool]:
        """What decides about a compact value."""
        if not self.check:
            return lambda _: True
        ours = getattr(own, self.check, None)
        return ours or import_module(f"stdnum.{self.check}").is_valid  # type: ignore[no-any-return]

    def holds(self, text: str) -> bool:
        """Return whether a text is such a number."""
        if _CLOCK.fullmatch(text):
            return False
        value = compact(text)
        try:
            return self.form.fullmatch(value) is not None and bool(self.valid(value))
        except (LookupError, ValueError):  # what a table of python-stdnum does not know is not valid
            return False


def compact(text: str) -> str:
    """Return a number without spaces, dots, dashes, slashes and brackets, in capitals; `.0` is what reading
    as floating point left.

    >>> compact("12.345.678-k"), compact("8801011234567.0")
    ('12345678K', '8801011234567')
    """
    return _OTHER.sub("", _FLOAT.sub("", text.strip())).upper()


def stamps(values: Sequence[str]) -> bool:
    """Return whether compact values are days and times: each that is a personal number by chance has one in
    seven odds of it.

    >>> stamps(["1201190927", "0212182359", "3011150042", "0101000000", "1507210630"]), stamps(["0101904321"] * 5)
    (True, False)
    """
    return len(values) >= _LEAST and all(_STAMP.fullmatch(value) for value in values)


@cache
def numbers() -> tuple[Number, ...]:
    """Return the personal numbers that are not already found by a shape of their own."""
    split = [(head.split(), forms) for head, forms in lines("numbers.txt")]
    return tuple(
        Number(entity, tuple(forms), check.strip("-"), float(chance))
        for (entity, check, chance), forms in split
    )

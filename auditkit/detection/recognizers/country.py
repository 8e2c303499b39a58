"""What is known of the identifiers of one country.

Each module of `countries/` holds one `COUNTRY`, which is found by its place. An identifier is recognised in
up to three ways: as digits that fill a cell, as it is written in text, or as the form of a whole column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from auditkit.detection.checksums import Check
from auditkit.detection.recognizers.check_digits import stdnum

_SEPARATORS = re.compile(r"[\s.\-/()]")
_FLOAT = re.compile(r"\.0\Z")
_CLOCK = re.compile(
    r"\s*(?:[0-9]{2}(?:[ .\-/][0-9]{2}){3,}"
    r"|[0-9]{2}[./\-][0-9]{2}[./\-][0-9]{2}[ T_][0-9]{2}[.\-][0-9]{2}"
    r"|[0-9]{6} [0-9]{6})\s*"
)
"""Dates with times, and telephone numbers, are written in pairs of digits; personal numbers are not."""

_CHARACTERS: Mapping[str, str] = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}


@dataclass(frozen=True)
class Digits:
    """A number of digits alone, looked for in cells that hold nothing else.

    Attributes:
        length: how many digits it has.
        check: which of many rows of digits pass; see `auditkit.detection.checksums`.
        chance: the share of random digits that pass (measured).
        luck: the share that passes where a date or a prefix is right already (measured).
    """

    length: int
    check: Check
    chance: float
    luck: float


@dataclass(frozen=True)
class Written:
    """A number that is written in a way of its own, and so is found inside text too.

    Attributes:
        pattern: the number, in syntax that means the same in RE2 and in `re`.
        gate: a cheaper pattern that matches wherever `pattern` does; begins with a word boundary if it can.
        chance: the share of unrelated values of this form that pass.
        luck: the same where a date or a prefix is right already; `chance` where it is not given.
        score: the confidence in Presidio's sense where it is found in text.
        checks: for each length, which of many rows of letters and digits pass.
        reject: a value that matches this is something else.
        invalid: a value that matches this only looks like the number.
        decides: whether one text is the number, where `checks` cannot say so.
    """

    pattern: str
    gate: str
    chance: float
    luck: float | None = None
    score: float = 0.6
    checks: Mapping[int, Check] = field(default_factory=dict)
    reject: str | None = None
    invalid: str | None = None
    decides: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Compact:
    """A number without separators, looked for in whole columns: in text its digits are found by chance.

    Attributes:
        forms: its forms, with spaces between: `#` is a digit, `@` a letter, `*` either, the rest is itself.
        check: a module of python-stdnum, or whether one number passes; empty where there is no check.
        chance: the share of random values of these forms that pass (measured).
    """

    forms: str
    check: str | Callable[[str], bool] = ""
    chance: float = 1.0

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The forms as a pattern."""
        patterns = ("".join(_CHARACTERS.get(c, c) for c in form) for form in self.forms.split())
        return re.compile("|".join(patterns), re.ASCII)

    def holds(self, text: str) -> bool:
        """Return whether a text is such a number, whatever its separators."""
        if _CLOCK.fullmatch(text):
            return False
        value = compact(text)
        return self.pattern.fullmatch(value) is not None and self._passes(value)

    def _passes(self, value: str) -> bool:
        if not self.check:
            return True
        check = stdnum(self.check) if isinstance(self.check, str) else self.check
        try:
            return bool(check(value))
        except (LookupError, ValueError):  # python-stdnum looks some parts up in a table
            return False


@dataclass(frozen=True)
class Identifier:
    """An identifier of people.

    Attributes:
        entity: its name in the vocabulary.
        digits: how it fills a cell with digits alone, one for each length.
        written: how it is written inside text.
        compact: how a whole column of it looks.
        named: what columns of it are called, phrases with commas between.
        hinted: names of columns that say it only where the values agree.
    """

    entity: str
    digits: tuple[Digits, ...] = ()
    written: Written | None = None
    compact: Compact | None = None
    named: str = ""
    hinted: str = ""


@dataclass(frozen=True)
class CompanyNumber:
    """A number of companies, goods or publications, which must not be taken for one of people.

    Attributes:
        name: what it is called in evidence, with `_` for spaces.
        compact: how a whole column of it looks.
        named: what columns of it are called, phrases with commas between.
        only_named: only the name of the column tells it, since numbers of people pass its check too.
    """

    name: str
    compact: Compact
    named: str = ""
    only_named: bool = False


@dataclass(frozen=True)
class Country:
    """What is known of the identifiers of one country.

    Attributes:
        adjective: as in "German registration plates".
        identifiers: identifiers of people.
        companies: numbers of companies and of goods.
        vat: the forms of its number for value added tax in the European Union, as in `Compact.forms`.
        vat_named: what columns of that number are called, phrases with commas between.
        plates: registration plates, in a form that little else has.
        plates_like_codes: registration plates that look like many other codes.
        phone_region: its code in `phonenumbers`, where its numbering plan leaves many digits unused.
    """

    adjective: str
    identifiers: tuple[Identifier, ...] = ()
    companies: tuple[CompanyNumber, ...] = ()
    vat: str = ""
    vat_named: str = ""
    plates: str = ""
    plates_like_codes: str = ""
    phone_region: str = ""


def compact(text: str) -> str:
    """Return a number in capitals, without separators and without a `.0` that floating point left.

    >>> compact("12.345.678-k"), compact("8801011234567.0")
    ('12345678K', '8801011234567')
    """
    return _SEPARATORS.sub("", _FLOAT.sub("", text.strip())).upper()

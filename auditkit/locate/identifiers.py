"""What a data subject is known by: identifiers that are given with a request, and how each may be written.

They are personal data. They are read from an environment variable or from standard input, stay in memory, and
no repr shows one.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from auditkit.errors import UsageError

MOST = 50
"""More identifiers than that are not those of one person."""
LEAST_IN_TEXT = 6
"""Characters of an identifier that is looked for inside texts: a shorter one stands in any text."""
LEAST_DIGITS = 7

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_DIGITS = re.compile(r"[\d ().\-/+]*\d[\d ().\-/+]*")
_QUALIFIED = re.compile(r"([^=]+)\.([^=.]+)=(.+)", re.DOTALL)
_REFUSED = (
    "the data subject is given as env:NAME, an environment variable with one identifier a line, or as - for"
    " standard input; an identifier on the command line stays in the shell's history and shows in the list of"
    " processes: if you typed one, remove it there"
)


class Kind(StrEnum):
    """What an identifier looks like, which decides how it is compared."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    NUMBER = "number"
    NAME = "name"
    OTHER = "identifier"


@dataclass(frozen=True)
class Identifier:
    """One identifier in lower case; with a `column` (table and name) it is looked for in that one first, and
    nowhere as a bare value.
    """

    kind: Kind
    text: str = field(repr=False)
    column: tuple[str, str] | None = None

    @property
    def digits(self) -> str:
        """Its digits."""
        return re.sub(r"\D", "", self.text)

    @property
    def compact(self) -> str:
        """It without the blanks and signs that people put between its parts."""
        return re.sub(r"[\s.\-/]", "", self.text)

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the same characters may be stored: composed or decomposed."""
        return tuple(dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")))

    @property
    def in_texts(self) -> tuple[str, ...]:
        """How it may stand inside texts, URLs and JSON; nothing where it is too short to tell."""
        if len(self.text) < LEAST_IN_TEXT or self.numeric:
            return ()
        encoded = [s.replace("@", "%40") for s in self.spellings] if self.kind is Kind.EMAIL else []
        return tuple(
            dict.fromkeys([*self.spellings, *(json.dumps(s)[1:-1] for s in self.spellings), *encoded])
        )

    @property
    def numeric(self) -> bool:
        """Whether it is digits, and signs between them."""
        return self.kind in (Kind.PHONE, Kind.NUMBER)

    @property
    def searchable(self) -> bool:
        """Whether it can be told inside a text."""
        return len(self.digits) >= LEAST_DIGITS if self.numeric else bool(self.in_texts)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The digits of a phone number in every way of writing it: international, with 00, with (0),
        national.
        """
        return tuple(sorted(_phone_numbers(self.text) or {self.digits})) if self.numeric else ()


def of(text: str, column: tuple[str, str] | None = None) -> Identifier:
    """Return an identifier in lower case, with its kind.

    >>> [of(text).kind.name for text in ("Ana@Example.org", "+41 79 555 01 23", "4711", "Ana Roe", "C-1017")]
    ['EMAIL', 'PHONE', 'NUMBER', 'NAME', 'OTHER']
    """
    folded = unicodedata.normalize("NFC", text).strip().lower()
    if _EMAIL.fullmatch(folded):
        return Identifier(Kind.EMAIL, folded, column)
    if _DIGITS.fullmatch(folded):
        international = folded.startswith(("+", "00")) and _phone_numbers(folded)
        return Identifier(Kind.PHONE if international else Kind.NUMBER, folded, column)
    words = folded.split()
    is_name = len(words) > 1 and all(re.fullmatch(r"[^\W\d_]+([.'’\-][^\W\d_]*)*", w) for w in words)
    return Identifier(Kind.NAME if is_name else Kind.OTHER, folded, column)


def given(subject: str | Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers that a request gives, as they are: of an environment variable its lines, of
    anything else its texts.

    Raises:
        UsageError: a bare text is given, the variable is not set, or there is no identifier or too many; no
            value is in the message.
    """
    if isinstance(subject, str):
        if not re.fullmatch(r"env:[A-Za-z_]\w*", subject):
            raise UsageError(_REFUSED)
        subject = os.environ.get(subject.removeprefix("env:"), "").splitlines()
        if not subject:
            raise UsageError(
                "the environment variable that names the data subject is not set: put one identifier a line"
                " into it"
            )
    texts = [*subject] if isinstance(subject, Iterable) else [subject]
    if wrong := [type(text).__name__ for text in texts if not isinstance(text, str)]:
        raise UsageError(
            f"the identifiers of a data subject are texts; one of these is of type {wrong[0]}: give str(it)"
        )
    lines = tuple(dict.fromkeys(line.strip() for line in texts if line.strip()))
    if not 0 < len(lines) <= MOST:
        raise UsageError(
            f"a data subject is given by 1 to {MOST} identifiers, one a line; these are {len(lines)}"
        )
    return lines


def parsed(lines: Iterable[str], columns: Collection[tuple[str, str]]) -> tuple[Identifier, ...]:
    """Return the identifiers of some lines; `TABLE.COLUMN=VALUE` says where a value that many things could
    have is to be looked for.

    Args:
        lines: what is given.
        columns: the table and name of every column that there is.

    Raises:
        UsageError: there are only names, which many people share.

    >>> parsed(["customers.id=17"], [("customers", "id")])
    (Identifier(kind=<Kind.NUMBER: 'number'>, column=('customers', 'id')),)
    """
    found = []
    for line in lines:
        named = _QUALIFIED.fullmatch(line)
        place = (named[1].strip(), named[2].strip()) if named else None
        found.append(of(named[3], place) if named and place in columns else of(line))
    if all(i.kind is Kind.NAME for i in found):
        raise UsageError(
            "a name alone singles nobody out: give another identifier too, such as an e-mail address or a"
            " customer number"
        )
    return tuple(dict.fromkeys(found))


def _phone_numbers(text: str) -> frozenset[str]:
    """Return the digits of every way to write a phone number, nothing where it is none; without a country any
    that fits is meant.
    """
    import phonenumbers

    bare = re.sub(r"\(0\)", "", text)
    digits = re.sub(r"\D", "", bare)
    if not LEAST_DIGITS <= len(digits) <= 17:
        return frozenset()
    if bare.startswith(("+", "00")):
        written = {f"+{digits.removeprefix('00') if bare.startswith('00') else digits}"}
    else:
        written = {f"+{code}{digits.removeprefix('0')}" for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    ways = {digits}
    for one in written:
        try:
            number = phonenumbers.parse(one, None)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_possible_number(number) or (
            len(written) > 1 and not phonenumbers.is_valid_number(number)
        ):
            continue
        national = re.sub(
            r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        )
        code, significant = str(number.country_code), phonenumbers.national_significant_number(number)
        ways |= {
            f"{code}{significant}",
            f"00{code}{significant}",
            f"{code}0{significant}",
            f"00{code}0{significant}",
            national,
        }
    return frozenset(ways) if len(ways) > 1 else frozenset()

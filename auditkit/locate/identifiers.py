"""The identifiers that a request gives for a data subject, and the ways in which each may be written.

They are personal data. auditkit reads them from an environment variable or from standard input, and keeps
them in memory only. No repr shows one.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from auditkit.errors import UsageError
from auditkit.locate.phone_numbers import MIN_DIGITS, written_forms

MAX_IDENTIFIERS = 50
"""A request with more identifiers than this is about more than one person."""
MIN_LENGTH_IN_TEXT = 6
"""A shorter identifier stands in texts by chance, so texts are not searched for it."""

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_DIGITS = re.compile(r"[\d ().\-/+]*\d[\d ().\-/+]*")
_WORD_OF_A_NAME = re.compile(r"[^\W\d_]+([.'’\-][^\W\d_]*)*")
_WITH_COLUMN = re.compile(r"([^=]+)\.([^=.]+)=(.+)", re.DOTALL)
_VARIABLE = re.compile(r"env:[A-Za-z_]\w*")
_REFUSED = (
    "give the data subject as env:NAME, an environment variable with one identifier on each line, or as - for"
    " standard input. An identifier on the command line stays in the shell's history and shows in the list of"
    " processes. If you have typed one, remove it there"
)


class Kind(StrEnum):
    """What an identifier looks like. This decides how it is compared."""

    EMAIL = "e-mail address"
    PHONE = "phone number"
    NUMBER = "number"
    NAME = "name"
    OTHER = "identifier"


@dataclass(frozen=True)
class Identifier:
    """One identifier, in lower case.

    Attributes:
        kind: what it looks like.
        text: the identifier itself.
        column: the table and the column that the request names for it. Only this column is compared with it.
    """

    kind: Kind
    text: str = field(repr=False)
    column: tuple[str, str] | None = None

    @classmethod
    def of(cls, text: str, column: tuple[str, str] | None = None) -> Identifier:
        """Return an identifier in lower case, with its kind.

        >>> texts = ("Ana@Example.org", "+41 79 555 01 23", "4711", "Ana Roe", "C-1017")
        >>> [Identifier.of(text).kind.name for text in texts]
        ['EMAIL', 'PHONE', 'NUMBER', 'NAME', 'OTHER']
        """
        folded = unicodedata.normalize("NFC", text).strip().lower()
        return cls(_kind(folded), folded, column)

    @property
    def is_numeric(self) -> bool:
        """Whether it consists of digits and signs between them."""
        return self.kind in (Kind.PHONE, Kind.NUMBER)

    @property
    def digits(self) -> str:
        """Its digits."""
        return re.sub(r"\D", "", self.text)

    @property
    def compact(self) -> str:
        """Its text without the blanks and signs that people write between the parts of a number."""
        return re.sub(r"[\s.\-/]", "", self.text)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Its text in both ways in which Unicode stores a letter with an accent."""
        return tuple(dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")))

    @cached_property
    def number_forms(self) -> tuple[str, ...]:
        """The digits of every way to write it as a phone number; empty where it is not numeric."""
        return tuple(sorted(written_forms(self.text) or {self.digits})) if self.is_numeric else ()

    @cached_property
    def text_forms(self) -> tuple[str, ...]:
        """How it may stand inside texts, URLs and JSON; empty where it is numeric or too short."""
        if len(self.text) < MIN_LENGTH_IN_TEXT or self.is_numeric:
            return ()
        in_json = [json.dumps(spelling)[1:-1] for spelling in self.spellings]
        in_urls = [s.replace("@", "%40") for s in self.spellings] if self.kind is Kind.EMAIL else []
        return tuple(dict.fromkeys([*self.spellings, *in_json, *in_urls]))

    @property
    def is_long_enough_for_texts(self) -> bool:
        """Whether texts are searched for it."""
        return len(self.digits) >= MIN_DIGITS if self.is_numeric else bool(self.text_forms)


def _kind(text: str) -> Kind:
    if _EMAIL.fullmatch(text):
        return Kind.EMAIL
    if _DIGITS.fullmatch(text):
        has_country = text.startswith(("+", "00"))
        return Kind.PHONE if has_country and written_forms(text) else Kind.NUMBER
    words = text.split()
    if len(words) > 1 and all(map(_WORD_OF_A_NAME.fullmatch, words)):
        return Kind.NAME
    return Kind.OTHER


def read(subject: str | Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers of a request, one text each.

    Args:
        subject: `env:NAME` for the lines of an environment variable, or the identifiers themselves, which a
            program has read.

    Raises:
        UsageError: a plain text is given, the variable is not set, an identifier is not a text, or they are
            too few or too many. The message holds no value.
    """
    if isinstance(subject, str):
        subject = _lines_of_variable(subject)
    texts: list[Any] = [*subject] if isinstance(subject, Iterable) else [subject]
    for text in texts:
        if not isinstance(text, str):
            kind = type(text).__name__
            raise UsageError(
                f"each identifier of a data subject is a text; one is of type {kind}: give str(it)"
            )
    lines = tuple(dict.fromkeys(line.strip() for line in texts if line.strip()))
    if not 0 < len(lines) <= MAX_IDENTIFIERS:
        raise UsageError(
            f"give 1 to {MAX_IDENTIFIERS} identifiers of the data subject, one on each line; got {len(lines)}"
        )
    return lines


def _lines_of_variable(subject: str) -> list[str]:
    if not _VARIABLE.fullmatch(subject):
        raise UsageError(_REFUSED)
    lines = os.environ.get(subject.removeprefix("env:"), "").splitlines()
    if not lines:
        raise UsageError(
            "the environment variable for the data subject is not set: put one identifier on each line of it"
        )
    return lines


def parse(lines: Iterable[str], columns: Collection[tuple[str, str]]) -> tuple[Identifier, ...]:
    """Return the identifiers of some lines.

    A line may be `TABLE.COLUMN=VALUE`: this is how to give a value that could stand in many columns.

    Args:
        lines: the identifiers as texts.
        columns: the table and the name of every column of the source.

    Raises:
        UsageError: there are only names, which several people may share.

    >>> parse(["customers.id=17"], [("customers", "id")])
    (Identifier(kind=<Kind.NUMBER: 'number'>, column=('customers', 'id')),)
    """
    found = dict.fromkeys(_parsed(line, columns) for line in lines)
    if all(identifier.kind is Kind.NAME for identifier in found):
        raise UsageError(
            "a name alone does not identify one person: give another identifier too, such as an e-mail"
            " address or a customer number"
        )
    return tuple(found)


def _parsed(line: str, columns: Collection[tuple[str, str]]) -> Identifier:
    if match := _WITH_COLUMN.fullmatch(line):
        column = (match[1].strip(), match[2].strip())
        if column in columns:
            return Identifier.of(match[3], column)
    return Identifier.of(line)

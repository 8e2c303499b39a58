"""Whether the first row of a delimited file names its columns, or is data like the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditkit.dataset.name_words import GIVEN_NAMES
from auditkit.dataset.names import kind_of_value

_SHAPES = (
    ("number", re.compile(r"[+-]?\d[\d ,.']*(e[+-]?\d+)?%?", re.I)),
    ("date", re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ]\d{1,2}:\d{2}.*)?")),
    ("boolean", re.compile(r"true|false", re.I)),
    ("e-mail", re.compile(r"\S+@\S+\.\S+")),
    ("uuid", re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)),
    ("address", re.compile(r"\w+://\S+")),
    ("digits", re.compile(r"[+(]?\d[\d ()/.\-]{5,}\d")),
)
_WORDS = frozenset(
    """
    id key uuid name first last given family full surname email mail phone mobile telephone fax address
    street city zip postal postcode country state region date time timestamp created updated at on by born
    birth birthdate dob age sex gender status type kind code label title text note notes comment comments
    description amount total price value count quantity qty number no nr num currency tenant customer
    client user username login account order product item category tags url ip card iban ssn salary
    company role department
    """.split()
)


_YEAR = re.compile(r"(19|20)\d\d")
_LOOKED_AT = 50
"""How many cells below the first are looked at one by one."""


def has_header(rows: Sequence[Sequence[str]], *, is_log: bool = False, is_table: bool = False) -> bool:
    """Return whether the first row names columns, by the rows below it and by words that occur in names.

    Where that is not plain it is a row: lines of a log, and of a text, have no header.

    Args:
        rows: the first ones.
        is_log: the file is called a log.
        is_table: the file is called a table, as in `.csv`.

    >>> has_header([["id", "email"], ["1", "a@example.org"]])
    True
    >>> has_header([["1", "a@example.org"], ["2", "b@example.org"]])
    False
    """
    first, rest = rows[0], rows[1:501]
    if is_log and not (len(first) > 1 and all(len(cell.split()) < 2 for cell in first)):
        return False
    below = [[row[i].strip() for row in rest if len(row) > i and row[i].strip()] for i in range(len(first))]
    votes = sum(_vote(i, cell.strip(), below[i]) for i, cell in enumerate(first))
    if len(first) == 1 and (not is_table or len(first[0].split()) > 1):
        return votes > 0
    return votes >= 0


def _vote(position: int, cell: str, below: Sequence[str]) -> int:
    """Return the vote of one cell of the first row: positive for a name, negative for a value, else 0."""
    if not cell:
        return 0
    kind = kind_of_value(cell)
    if kind is not None and _are_values(below[:_LOOKED_AT]):
        return -3
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", cell))}
    if words & _WORDS and _may_name(cell) and kind is None:
        return 3
    shape, common = _shape(cell), _common_shape(below)
    if shape == "text":
        return _vote_text(cell, below, common)
    if not below:
        return -2
    if cell == str(position) or (_YEAR.fullmatch(cell) and not all(map(_YEAR.fullmatch, below))):
        return 0  # columns without names are numbered from 0, and pivot tables have years as names
    return -3 if shape == common else 0


def _vote_text(cell: str, below: Sequence[str], common: str) -> int:
    if common != "text":
        return 2 if below else 0
    person = cell.split()[0].casefold() in GIVEN_NAMES
    if person and sum(value.split()[0].casefold() in GIVEN_NAMES for value in below) * 5 >= len(below):
        return -3
    if below.count(cell):
        return -2
    return 1 if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+|[a-z]+([A-Z][a-z0-9]+)+", cell) else 0


def _are_values(below: Sequence[str]) -> bool:
    """Return whether a fifth of some cells are values that would be hidden as names."""
    return bool(below) and 5 * sum(kind_of_value(value) is not None for value in below) >= len(below)


def _may_name(cell: str) -> bool:
    """Return whether a text is short enough for a name: a sentence and a line of a log are not."""
    return len(cell) <= 60 and len(cell.split()) <= 6 and not re.search(r"[;=<>\[\]{}]|: |\d:\d", cell)


def _shape(value: str) -> str:
    return next((name for name, shape in _SHAPES if shape.fullmatch(value)), "text")


def _common_shape(values: Sequence[str]) -> str:
    """Return the shape of at least nine in ten values, or text."""
    shapes = [_shape(value) for value in values]
    common = max(set(shapes), key=shapes.count, default="text")
    return common if shapes.count(common) * 10 >= len(shapes) * 9 else "text"

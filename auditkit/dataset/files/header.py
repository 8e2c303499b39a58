"""Whether the first row of a delimited file names its columns, or is data like the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditkit.lexicon import fold, headers
from auditkit.naming.names import kind_of_value
from auditkit.naming.words import THINGS

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
_FEWEST = 3
"""So many numbered columns or years are no accident."""
_LOOKED_AT = 50
"""How many cells below the first are looked at one by one."""


def has_header(rows: Sequence[Sequence[str]], *, is_log: bool = False) -> bool:
    """Return whether the first row names columns, by the rows below it and by words that occur in names.

    Where that is not plain it is a row, and the columns are numbered: a header that is taken for a row costs
    a name, and a row that is taken for a header shows what somebody has written.

    Args:
        rows: the first ones.
        is_log: the file is called a log.

    >>> has_header([["id", "email"], ["1", "a@example.org"]])
    True
    >>> has_header([["1", "a@example.org"], ["2", "b@example.org"]])
    False
    >>> has_header([["blue", "round"], ["red", "square"], ["green", "oval"]])
    False
    """
    first, rest = rows[0], rows[1:501]
    if is_log and not (len(first) > 1 and all(len(cell.split()) < 2 for cell in first)):
        return False
    if _is_numbered(first) or not any(map(str.strip, first)):
        return True
    below = [[row[i].strip() for row in rest if len(row) > i and row[i].strip()] for i in range(len(first))]
    votes = sum(_vote(i, cell.strip(), below[i]) for i, cell in enumerate(first))
    return votes + _is_series([cell.strip() for cell in first]) + _names_rows(first, below, len(rest)) > 0


def _vote(position: int, cell: str, below: Sequence[str]) -> int:
    """Return the vote of one cell of the first row: positive for a name, negative for a value, else 0."""
    if not cell:
        return 0
    if cell.casefold() in {value.casefold() for value in below}:
        return -2
    kind = kind_of_value(cell)
    if kind is not None and _are_values(below[:_LOOKED_AT]):
        return -3
    if _is_one_more(cell, below):
        return -3
    if kind is None and _may_name(cell) and _has_word_of_header(cell):
        if not below:
            return 1
        alike = sum(map(_has_word_of_header, below[:_LOOKED_AT]))
        return 3 if 5 * alike < len(below[:_LOOKED_AT]) else 0
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
    return 1 if re.fullmatch(r"[a-z]+(_[a-z]+)+|[a-z]+([A-Z][a-z]+)+", cell) else 0


def _has_word_of_header(cell: str) -> bool:
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", cell))}
    phrase = " ".join(re.split(r"[\W_]+", fold(cell)))
    return bool(words & (_WORDS | THINGS)) or phrase in headers()


def _is_one_more(cell: str, below: Sequence[str]) -> bool:
    """Return whether a cell without a word of a header stands above people, and is written as they are."""
    words = cell.split()
    if len(words) < 2 or any(word.casefold() in _WORDS for word in words):
        return False
    people = [value for value in below[:_LOOKED_AT] if kind_of_value(value) == "PERSON"]
    alike = [value for value in people if _forms(value) == _forms(cell)]
    return len(people) * 2 >= len(below[:_LOOKED_AT]) > 0 and bool(alike)


def _forms(text: str) -> list[bool]:
    return [word[0].isupper() for word in text.split()]


def _is_numbered(first: Sequence[str]) -> bool:
    """Return whether columns are numbered from 0, as pandas does it."""
    return len(first) > _FEWEST and all(cell.strip() == str(i) for i, cell in enumerate(first))


def _is_series(first: Sequence[str]) -> bool:
    """Return whether columns are years in order, as in a pivot table."""
    named = [cell for cell in first if cell]
    years = [cell for cell in named if _YEAR.fullmatch(cell)]
    return len(years) >= max(_FEWEST, len(named) - 1) and years == sorted(set(years))


def _names_rows(first: Sequence[str], below: Sequence[Sequence[str]], rows: int) -> bool:
    """Return whether nothing stands above the first column, which is filled: the rows have names."""
    return (
        len(first) > 1
        and not first[0].strip()
        and all(c.strip() for c in first[1:])
        and len(below[0]) == rows > 1
    )


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

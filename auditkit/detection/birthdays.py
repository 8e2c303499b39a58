"""Dates that may be birthdays, in the ways in which people and machines write them."""

from __future__ import annotations

import re

_DATE = re.compile(
    # year, month, day
    r"(?P<y>(?:18|19|20)\d{2})[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[T ].*)?"
    # day and month, in numbers or words, and year
    r"|(?:0?[1-9]|[12]\d|3[01])(?:[-/. ]|\. |(?:st|nd|rd|th) | de )(?:0?[1-9]|[12]\d|3[01]|[^\W\d_]{3,12}\.?)"
    r"(?:[-/. ,]{1,2}| de )(?P<z>(?:18|19|20)?\d{2})(?:[T ].*)?"
    # month in words, day, year
    r"|[^\W\d_]{3,12}\.? (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? (?P<v>(?:18|19|20)\d{2})"
    # East Asian
    r"|(?P<u>(?:18|19|20)\d{2})[年년] ?(?:0?[1-9]|1[0-2])[月월] ?(?:0?[1-9]|[12]\d|3[01])[日일]"
    # eight digits
    r"|(?P<w>(?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
"""A fixed span: the verdict reads no clock."""

_LAST_OF_THIS_CENTURY = 25
"""Years of two digits above this are of the last century."""


def birth_year(text: str) -> int | None:
    """Return the year of a date from 1900 to 2099, or None where a text is no such date.

    >>> birth_year("1984-04-21"), birth_year("21.04.84"), birth_year("1799-01-01"), birth_year("12:30")
    (1984, 1984, None, None)
    >>> birth_year("Apr 21, 1984"), birth_year("21. März 1984"), birth_year("4 de mayo de 1984")
    (1984, 1984, 1984)
    >>> birth_year("1984年4月21日")
    1984
    """
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year = int(match["y"] or match["z"] or match["w"] or match["v"] or match["u"])
    if year < 100:
        year += 1900 if year > _LAST_OF_THIS_CENTURY else 2000
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def birthday(text: str) -> bool:
    """Return whether a text is a date that may be a birthday.

    >>> birthday("1984-04-21"), birthday("12:30")
    (True, False)
    """
    return birth_year(text) is not None

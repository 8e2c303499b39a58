"""Names in the texts of statements, between backticks."""

from __future__ import annotations

import re

NAME = r"`(?:[^`]|``)+`"
"""The pattern of one name."""


def names(text: str) -> list[str]:
    """Return the names in a text.

    >>> names("`a`, `b``c`")
    ['a', 'b`c']
    """
    return [name[1:-1].replace("``", "`") for name in re.findall(NAME, text)]

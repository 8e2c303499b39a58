"""Texts in which no character acts on a terminal or hides from a reader."""

from __future__ import annotations

import json
import unicodedata

_CONTROL = frozenset("Cc Cs Zl Zp".split())
"""Categories of characters that a terminal obeys, or that cannot be written to it."""
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of the text after them, and so what a reader sees."""


def escaped(text: str, kept: str = "\n\t") -> str:
    r"""Return a text in which no character of a name can act on a terminal; JSON stays the same JSON.

    Args:
        text: the text; its lines may end as those of CSV do.
        kept: characters that stay as they are.

    >>> escaped("x" + chr(27) + "[31m.csv" + chr(0x202E) + chr(0x9B))
    'x\\u001b[31m.csv\\u202e\\u009b'
    """
    if text.isascii() and text.isprintable():
        return text
    lines = text.split("\r\n")
    return "\r\n".join("".join(json.dumps(c)[1:-1] if _acts(c, kept) else c for c in line) for line in lines)


def visible(text: str) -> str:
    r"""Return a name as one line in which every character can be seen and written, also in XML.

    >>> visible("users\r\n" + chr(0) + "x")
    'users\\r\\n\\u0000x'
    """
    return escaped(text, kept="") if "\r\n" not in text else "\\r\\n".join(map(visible, text.split("\r\n")))


def _acts(character: str, kept: str) -> bool:
    return character not in kept and (unicodedata.category(character) in _CONTROL or character in _DIRECTION)

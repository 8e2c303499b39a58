r"""Letters of every script, with the signs that stand on, under and beside them.

Python's `\w` knows no vowel signs: to it `नाम` is two words with something between.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

from auditkit.lexicon import family_names, given_names

_MANY_NAMES = 100
"""With so many known names of a script, a word in no list is hardly a name."""

_FIRST_MARK, _LAST_MARK = 0x300, 0xAC00
"""Where the signs of living scripts stand."""

_LAST_LETTER = 0x10000
"""Where the letters of living scripts end."""


def _ranges(category: str, first: int, last: int) -> str:
    """Return the characters of a category of Unicode between two numbers, as ranges of a character class."""
    ranges: list[list[int]] = []
    for code in range(first, last):
        if unicodedata.category(chr(code)).startswith(category):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _ranges("M", _FIRST_MARK, _LAST_MARK)

SMALL = _ranges("Ll", 0, _LAST_LETTER)
"""The small letters of the scripts that have capitals."""

CAPITAL = rf"(?![{SMALL}])[^\W\d_]"
"""A capital, or a letter of a script that has none."""

CAPITALISED = rf"(?:[dDlLoO]['’]|(?:al|el)-)?{CAPITAL}"
"""How a word with a capital begins: a particle may be joined to it, as in `d'Arcy` and `al-Rashid`."""

WORD = re.compile(rf"(?:[^\W\d_][{MARKS}]*)+")
"""A run of letters of any script, with its signs."""

LONG_WORD = re.compile(rf"[^\W\d_][{MARKS}]*(?:[^\W\d_][{MARKS}]*)+|[^\W\d_][{MARKS}]+")
"""A run of two letters or more, or a letter with signs."""

BETWEEN_WORDS = re.compile(rf"[^\w{MARKS}]+|_+")
"""What stands between words and numbers."""


def is_word(text: str) -> bool:
    """Return whether a text is letters and their signs alone.

    >>> is_word("नाम"), is_word("name"), is_word("c1"), is_word("")
    (True, True, False, False)
    """
    return WORD.fullmatch(text) is not None


def script(text: str) -> str:
    """Return the script of most letters of a text, in the words of Unicode; empty where it has no letters.

    >>> script("Анна"), script("ਹਰਪ੍ਰੀਤ"), script("12-34")
    ('CYRILLIC', 'GURMUKHI', '')
    """
    found = Counter(_script_of(letter) for letter in text if letter.isalpha())
    return max(sorted(found), key=lambda name: found[name]) if found else ""


@cache
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return "LATIN" if letter.isascii() else name.split(" ")[0]


def main_script(texts: Iterable[str]) -> str:
    """Return the script of most texts; empty where they have no letters.

    >>> main_script(["Анна", "Иван", "1"])
    'CYRILLIC'
    """
    found = Counter(filter(None, map(script, texts)))
    return max(sorted(found), key=lambda name: found[name]) if found else ""


@cache
def scripts_of_names() -> frozenset[str]:
    """Return the scripts in which many names of people are known; in others a word in no list says nothing.

    >>> "DEVANAGARI" in scripts_of_names(), "GURMUKHI" in scripts_of_names()
    (True, False)
    """
    found = Counter(script(name[:1]) for name in given_names() | family_names())
    return frozenset(name for name, n in found.items() if n >= _MANY_NAMES)

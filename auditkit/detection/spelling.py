"""Names of columns in other spellings: misspelt, in short, or Cyrillic and Greek words in Latin letters."""

from __future__ import annotations

import unicodedata
from functools import cache

_SHORTEST_IN_SHORT = 3
"""How many letters of a word are left at least where it is written in short."""

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ye", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
"""Letters as passports write them."""

_ALSO = (
    {"ж": "j", "й": "i", "х": "h", "ц": "c", "ю": "iu", "я": "ia"},
    {"й": "j", "х": "h", "ю": "ju", "я": "ja"},
)
"""The letters that people write otherwise, each way by itself."""


@cache
def in_latin(phrase: str) -> frozenset[str]:
    """Return a Cyrillic or Greek phrase in Latin letters, in the usual ways; nothing for other scripts.

    >>> sorted(in_latin("дата рождения"))
    ['data rojdeniia', 'data rozhdenija', 'data rozhdeniya']
    >>> in_latin("name")
    frozenset()
    """
    written = "".join(_without_accent(letter) for letter in unicodedata.normalize("NFC", phrase.lower()))
    if written.isascii():
        return frozenset()
    ways = [{**_LATIN, **also} for also in ({}, *_ALSO)]
    found = {"".join(way.get(letter, letter) for letter in written) for way in ways}
    return frozenset(text for text in found if text.isascii())


def _without_accent(letter: str) -> str:
    """Return a letter without its accent; `й` is a letter of its own.

    >>> _without_accent("ώ"), _without_accent("й")
    ('ω', 'й')
    """
    return letter if letter in _LATIN else unicodedata.normalize("NFD", letter)[:1]


def is_one_edit(written: str, word: str) -> bool:
    """Return whether a word is written with one letter too many, too few, wrong, or two of them swapped.

    Another last letter makes another form of a word (`employed`, `employee`); only an `s` may be added.

    >>> is_one_edit("longittude", "longitude"), is_one_edit("brith", "birth"), is_one_edit("names", "name")
    (True, True, True)
    >>> is_one_edit("employed", "employee"), is_one_edit("disable", "disabled"), is_one_edit("a", "a")
    (False, False, False)
    """
    if written == word or abs(len(written) - len(word)) > 1:
        return False
    if written[-1] != word[-1]:
        return written == f"{word}s"
    shorter, longer = sorted((written, word), key=len)
    at = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = shorter[at + 1 : at + 2] + shorter[at : at + 1] == longer[at : at + 2]
    return shorter[at + 1 :] == longer[at + 1 :] or (swapped and shorter[at + 2 :] == longer[at + 2 :])


def is_in_short(written: str, word: str) -> bool:
    """Return whether a word is written as its first letters.

    >>> is_in_short("soc", "social"), is_in_short("s", "social"), is_in_short("social", "social")
    (True, False, False)
    """
    return _SHORTEST_IN_SHORT <= len(written) < len(word) and word.startswith(written)

"""Codes of diagnoses, and blood groups.

One code is like many others; a column of codes over many chapters is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from auditkit.lexicon import lines

_CODE = re.compile(r"([A-Z][0-9][0-9A])(?:(\.)?([0-9A-Z]{1,4}))?[*+!]?", re.ASCII)
_BLOOD = re.compile(
    r"(?:A|B|AB|O|0) ?(?:\+|-|−|(?:RH|Rh)? ?(?:[Pp]os|[Nn]eg|POS|NEG)(?:itive?|ITIVE?)?|RhD? ?[+-])", re.ASCII
)
_TELLING_GROUPS = ("AB", "O+", "O-", "O ", "0+", "0-", "0 ")
"""How blood groups begin that are hardly anything else."""

_FEWEST_CODES, _FEWEST_CHAPTERS = 8, 4
_MANY, _MANY_CHAPTERS = 20, 6
_IMPOSSIBLE = -5.0


def chapter(code: str) -> str | None:
    """Return the chapter of ICD-10 that a code belongs to, or None where it is no code.

    >>> chapter("E11.9"), chapter("J449"), chapter("E17"), chapter("E11-9")
    ('IV', 'X', None, None)
    """
    match = _CODE.fullmatch(code.strip())
    if match is None:
        return None
    category = match[1]
    if category[2] == "A":
        # C7A and M1A are American additions at the end of a row
        category = category.replace("A", "9")
    starts, ends, names = _blocks()
    at = bisect_right(starts, category) - 1
    return names[at] if at >= 0 and category <= ends[at] else None


def diagnosis(text: str) -> bool:
    """Return whether a text is a code of ICD-10 or a blood group."""
    return chapter(text) is not None or _BLOOD.fullmatch(text.strip()) is not None


def coded(texts: Sequence[str], filled: int) -> tuple[float, str]:
    """Return what the distinct values of a column say for health data, as log-odds, and the words for it.

    Args:
        texts: distinct values.
        filled: how many cells hold them. Where no code occurs twice, the table is a list of codes, and not
            about people.

    >>> coded(["E11.9", "I10", "J44.1", "M54.5", "F32.9", "K21.0", "N18.3", "C50.9"], 40)[0] > 5
    True
    >>> coded(["A12", "A13", "A14", "A15", "B12", "B13", "B14", "B15"], 40)[0] > 0
    False
    """
    n, stripped = len(texts), [text.strip() for text in texts]
    groups = sum(_BLOOD.fullmatch(text) is not None for text in stripped)
    if n >= 3 and groups >= 0.9 * n and any(text[:2] in _TELLING_GROUPS for text in stripped):
        return 7.0, f"{groups / n:.0%} are blood groups"
    chapters = [found for text in stripped if (found := chapter(text))]
    rate, kinds = len(chapters) / n if n else 0.0, len(set(chapters))
    words = f"{rate:.0%} are codes of ICD-10, of {kinds} chapters"
    if n < _FEWEST_CODES or rate < 0.95 or kinds < _FEWEST_CHAPTERS:
        return _IMPOSSIBLE, words
    listed = 2.0 if filled == n and n >= _MANY else 0.0
    return _of_codes(stripped, kinds) - listed, words


def _of_codes(texts: Sequence[str], kinds: int) -> float:
    """Return the log-odds of codes that are of so many chapters."""
    dotted = sum("." in text for text in texts) / len(texts)
    diverse = 1.0 if kinds >= _MANY_CHAPTERS else 0.0
    if dotted >= 0.4:
        return 6.5 + diverse
    if len(texts) >= _MANY and kinds >= _MANY_CHAPTERS and len(set(map(len, texts))) >= 3:
        return 5.0 + diverse
    return _IMPOSSIBLE


@cache
def _blocks() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return where the blocks of ICD-10 begin, where they end, and the chapter of each."""
    rows = sorted((*block.split("-"), name) for name, blocks in lines("icd10.txt") for block in blocks)
    starts, ends, names = zip(*rows, strict=True)
    return starts, ends, names

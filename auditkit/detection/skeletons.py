"""The shapes of the values of a column: what they look like when letters and digits are taken out of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from auditkit.detection.column import ColumnState

LOOKED_AT = 1000
"""How many distinct values are looked at."""
MOST = 8
"""How many shapes are named; the others are counted together."""
FEW = 3
"""A shape of fewer values is not named: nobody can tell from a shape what a single cell holds."""

_CHARACTERS = 120
_RUN = re.compile(
    r"(?P<word>[^\W_]+)|(?P<space>\s+)|(?P<mark>[!-/:-@\[-`{-~])(?P=mark)*|(?P<other>.)", re.DOTALL
)
_LONGEST = 24


@dataclass(frozen=True)
class Skeletons:
    """How many of the values that were looked at have which shape.

    Attributes:
        of: how many distinct values were looked at.
        distinct: how many distinct values there are, which may be an estimate.
        named: the frequent shapes, each with its number of values; the most frequent first.
        others: how many values have another shape.
        exact: whether the number of distinct values is exact.
    """

    of: int
    distinct: int
    named: tuple[tuple[str, int], ...]
    others: int
    exact: bool = True


def skeleton(text: str) -> str:
    """Return the shape of a value: `a` for letters, `9` for digits, `x` for both, and the marks between them.

    Other characters are `•`. A run of equal marks is one mark, and a long shape is cut.

    >>> skeleton("ana.roe1@example.org"), skeleton("+41 44 123 45 67"), skeleton("🙂!!")
    ('a.x@a.a', '+9 9 9 9 9', '•!')
    """
    parts: list[str] = []
    for found in _RUN.finditer(text[:_CHARACTERS]):
        part = _part(found)
        if not parts or parts[-1] != part:
            parts.append(part)
    whole = "".join(parts).strip()
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"


def skeletons(state: ColumnState) -> Skeletons:
    """Return the shapes of the values of a column."""
    texts = state.sample.texts(LOOKED_AT)
    counts = Counter(map(skeleton, texts))
    frequent = sorted(((s, n) for s, n in counts.items() if n >= FEW), key=lambda item: (-item[1], item[0]))
    named = tuple(frequent[:MOST])
    others = len(texts) - sum(n for _, n in named)
    return Skeletons(len(texts), state.sample.distinct, named, others, not state.sample.full)


def _part(found: re.Match[str]) -> str:
    if word := found["word"]:
        digits = sum(character.isdigit() for character in word)
        return "9" if digits == len(word) else "x" if digits else "a"
    if found["space"]:
        return " "
    return found["mark"] or "•"

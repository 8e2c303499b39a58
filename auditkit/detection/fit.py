"""What the values of a column say for or against an entity, as log-odds.

A log-odds of 0.7 doubles the odds, one of 2.3 makes them ten times as great.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from auditkit.detection.scripts import WORD

NAME_SHAPE = re.compile(r"[^\W\d_][^\d_@/\\:;<>{}\[\]()=*#!?|%$]{0,59}")
"""What the name of a person is made of."""

NAME_WORD = WORD
"""A run of letters of any script."""

_INDEPENDENT, _AT_MOST = 0.6, 8
"""Values of one column resemble each other: eight count as five, and more than eight as eight."""

_WIDEST, _RELATIVE_WIDTH = 30.0, 0.6
"""How far apart degrees in one country are: in degrees, and as a part of their median."""


@dataclass(frozen=True)
class Fit:
    """How well the values of a column fit an entity.

    Attributes:
        score: the log-odds.
        words: why, in words.
        holds: whether a cell fits; None where the shapes of the entity have counted the cells.
        strong: the values prove something without a name of the column.
        coded: the values are codes that do not say what they stand for, so a person must review them.
    """

    score: float
    words: str
    holds: Callable[[str], object] | None = None
    strong: bool = False
    coded: bool = False


def odds(rate: float, if_so: float, if_not: float) -> float:
    """Return the log-odds of one observation: a share of values that fits.

    Args:
        rate: the share.
        if_so: the share that is expected if the column holds the entity.
        if_not: the share that is expected if it does not.

    >>> round(odds(1.0, 0.9, 0.1), 2), round(odds(0.0, 0.9, 0.1), 2)
    (2.2, -2.2)
    """
    return rate * math.log(if_so / if_not) + (1 - rate) * math.log((1 - if_so) / (1 - if_not))


def worth(ratios: list[float]) -> float:
    """Return the log-odds of values with these likelihood ratios, as far as the values are independent.

    >>> worth([1.0] * 9), round(worth([10.0] * 8), 6) == round(worth([10.0] * 800), 6)
    (0.0, True)
    """
    if not ratios:
        return 0.0
    return min(len(ratios), _AT_MOST) * _INDEPENDENT * sum(map(math.log, ratios)) / len(ratios)


def consecutive(numbers: list[int]) -> bool:
    """Return whether numbers are handed out in turn: many are close to the one before."""
    ordered = sorted(set(numbers))
    steps = [after - before for before, after in pairwise(ordered)]
    if not steps:
        return False
    in_turn = sum(step == 1 for step in steps) >= 0.3 * len(steps)
    return in_turn or (ordered[-1] - ordered[0]) / len(steps) < 8


def close(numbers: Sequence[float]) -> bool:
    """Return whether degrees are as near each other as places of one country are.

    >>> close([49.1, 46.5, 48.1]), close([3.4, -2.7, 2.7])
    (True, False)
    """
    if not numbers:
        return False
    return max(numbers) - min(numbers) <= min(_WIDEST, _RELATIVE_WIDTH * abs(median(numbers)))


def percent(rate: float) -> str:
    """Return a rate in words."""
    return f"{rate:.0%}"

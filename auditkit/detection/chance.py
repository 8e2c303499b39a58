"""Whether chance alone explains how many values pass a check."""

from __future__ import annotations

import math

from auditkit.detection.shapes import Shape

_BARE_LIMIT, _WRITTEN_LIMIT = 0.0001, 0.1
"""How likely chance alone may be for bare digits, and for what is written in a form of its own.

The second limit is for 20 values or fewer that look like it.
"""

EVIDENT = 0.15
"""Where more values pass by luck, a few among many say nothing: real ones pass nearly always."""

_EXACT = 1000
"""From so many values on, the sum of the binomial distribution is too long."""


def luck_of(shape: Shape) -> float:
    """Return the share of values that look like a shape and pass its check by luck, at most."""
    return shape.chance if shape.luck is None else shape.luck


def beyond_chance(hits: int, of: int, luck: float, *, bare: bool) -> bool:
    """Return whether so many pass that chance does not explain it.

    Args:
        hits: how many pass.
        of: how many look like it.
        luck: the share that passes by luck.
        bare: they are digits without a form of their own.

    >>> beyond_chance(1, 1, 0.1, bare=False), beyond_chance(1, 1, 0.1, bare=True)
    (True, False)
    >>> beyond_chance(3100, 30_000, 0.1, bare=False)
    False
    >>> [beyond_chance(n, of, 0.9, bare=False) for n, of in ((1, 1), (900, 1000), (990, 1000))]
    [True, False, True]
    """
    if not bare and luck > EVIDENT:
        return hits >= (1 + luck) / 2 * of
    limit = _BARE_LIMIT if bare else max(_BARE_LIMIT, min(_WRITTEN_LIMIT, 2 / of))
    return tail(hits, of, luck) <= limit


def tail(hits: int, of: int, chance: float) -> float:
    """Return the probability of at least so many hits by chance.

    It is binomial, or Chernoff's bound where the sum would be long.

    >>> round(tail(1, 1, 0.026), 3), tail(500, 1000, 0.1) < 1e-9, tail(90, 1000, 0.1) > 0.5
    (0.026, True, True)
    """
    if hits <= 0 or hits <= of * chance:
        return 1.0
    if of <= _EXACT:
        return sum(math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(hits, of + 1))
    rate = hits / of
    misses = (1 - rate) * math.log((1 - rate) / (1 - chance)) if rate < 1 else 0
    divergence = rate * math.log(rate / chance) + misses
    return math.exp(-of * divergence)

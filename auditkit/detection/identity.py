"""How well the values of a column fit the personal numbers of many countries."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from auditkit.detection.fit import Fit, odds, percent
from auditkit.detection.recognizers.country import Compact, compact
from auditkit.detection.recognizers.numbers import numbers, timestamps
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

_LOOKED_AT = 200
_FEWEST = 5
"""Fewer values prove nothing where the column's name is silent."""

_LARGEST_CHANCE = 0.15
"""A check that more random numbers pass proves nothing where the column's name is silent."""

_DATE_ALONE = 5.4
"""The most that a number says whose only check is a date: a person reviews it.

The numbers of batches and orders hold dates too.
"""

_NEIGHBOURS = 100
"""How close numbers are that were handed out in turn, with or without check digits."""

_SHAPED = 0.8
"""The share of values that must have the form of a number."""

_IMPOSSIBLE, _AT_MOST = -5.0, 9.0


def valid_shares(view: View) -> Mapping[str, float]:
    """Return the share of valid values, for each personal number whose form most values have."""
    if "numbers" not in view.known:
        view.known["numbers"] = dict(_valid_shares(view))
    return view.known["numbers"]


def _valid_shares(view: View) -> Iterator[tuple[str, float]]:
    if not view.n or view.prose or view.decimal >= 0.5 or not 6 <= view.typical_length <= 24:
        return
    texts = view.texts[:_LOOKED_AT]
    values = [compact(text) for text in texts]
    if timestamps(values):
        return
    for entity, number in numbers().items():
        if (shaped := _shaped(number.pattern, values)) is not None:
            yield entity, sum(number.holds(texts[i]) for i in shaped) / len(values)


def _shaped(form: re.Pattern[str], values: Sequence[str]) -> list[int] | None:
    """Return the places of the values that have a form, or None where too many have not.

    A few values rule out most kinds of number.
    """
    allowed, found = len(values) - math.ceil(_SHAPED * len(values)), []
    for i, value in enumerate(values):
        if form.fullmatch(value):
            found.append(i)
        elif i - len(found) >= allowed:
            return None
    return found


def number_fit(view: View, entity: str, named: bool) -> Fit:
    """Return what the check digits say: every distinct value is a test of its own.

    Where the column's name is silent, every other kind of number that fits makes an error likelier.
    """
    number, shares = numbers()[entity], valid_shares(view)
    if not named and (number.chance > _LARGEST_CHANCE or view.n < _FEWEST):
        return Fit(_IMPOSSIBLE, "the values may be any number", number.holds)
    if not named and _is_in_turn(view):
        return Fit(_IMPOSSIBLE, "the values are handed out in turn", number.holds)
    chance = min(max(number.chance, 0.0005), 0.95)
    score = odds(shares[entity], 0.97, chance) * min(view.n, 5)
    if not named:
        score -= math.log(len(shares))
        if score > _DATE_ALONE and not _notices_errors(number, view.texts[:_LOOKED_AT]):
            score = _DATE_ALONE
    words = f"{percent(shares[entity])} have the form of {ENTITIES[entity].label}"
    return Fit(min(score, _AT_MOST), words + (" and pass its check" if number.check else ""), number.holds)


def _is_in_turn(view: View) -> bool:
    """Return whether most values are close to the next one: where one passes a check, its neighbours do too.

    Numbers of one region begin alike, and are far apart all the same. Letters are passed over.
    """
    digits = ["".join(filter(str.isdigit, text)) for text in view.texts[:_LOOKED_AT]]
    numbers_ = sorted({int(number) for number in digits if number})
    if len(numbers_) < 2:
        return True
    gaps = [after - before for before, after in pairwise(numbers_)]
    return median(gaps) < _NEIGHBOURS


def _notices_errors(number: Compact, texts: Sequence[str]) -> bool:
    """Return whether one wrong digit in the last two is mostly noticed: then there is more than a date."""
    valid = [value for value in map(compact, texts) if number.holds(value) and value[-2:].isdigit()]
    wrong = [value[:-2] + f"{(int(value[-2:]) + step) % 100:02d}" for value in valid for step in (1, 11)]
    return sum(map(number.holds, wrong)) < 0.5 * len(wrong) if wrong else True

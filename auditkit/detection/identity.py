"""How well the values of a column fit the personal numbers of many countries."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from auditkit.detection.evidence import Fit, odds, percent
from auditkit.detection.recognizers.numbers import Number, compact, stamps
from auditkit.detection.recognizers.numbers import numbers as kinds
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES


@cache
def by_entity() -> Mapping[str, Number]:
    """Return the personal numbers by their entity."""
    return {number.entity: number for number in kinds()}


_LOOKED_AT = 200
_MOST = 0.15  # a check that more random numbers pass proves nothing where the column's name is silent
_DAYS_ALONE = 5.4  # where no check digit is right besides a day, to be looked at: batches and orders have a day in their number too
_FORM = 0.8  # the share of values that must have the form of a number
_LEAST = 5  # fewer values prove nothing either


def numbers(view: View) -> Mapping[str, float]:
    """Return the share of valid values for the kinds of number whose form most values have."""
    if "numbers" not in view.known:
        view.known["numbers"] = dict(_validity(view))
    return view.known["numbers"]


def _validity(view: View) -> Iterator[tuple[str, float]]:
    if not view.n or view.prose or view.decimal >= 0.5 or not 6 <= view.typical_length <= 24:
        return
    texts = view.texts[:_LOOKED_AT]
    values = [compact(text) for text in texts]
    for number in () if stamps(values) else kinds():
        if (shaped := _shaped(number.form, values)) is not None:
            yield number.entity, sum(number.holds(texts[i]) for i in shaped) / len(values)


def _shaped(form: re.Pattern[str], values: Sequence[str]) -> list[int] | None:
    """Return which values have a form, or None where too many have not: most kinds of number are ruled out by
    a few values.
    """
    allowed, found = len(values) - math.ceil(_FORM * len(values)), []
    for i, value in enumerate(values):
        if form.fullmatch(value):
            found.append(i)
        elif i - len(found) >= allowed:
            return None
    return found


def number(view: View, entity: str, said: bool) -> Fit:
    """Return what the check digits say: every distinct value is a test of its own, and every kind of number
    one more chance to be wrong.
    """
    kind, rate = by_entity()[entity], numbers(view)[entity]
    if not said and (kind.chance > _MOST or view.n < _LEAST):
        return Fit(-5.0, "the values may be any number", kind.holds)
    if not said and len({compact(text)[:3] for text in view.texts[:_LOOKED_AT]}) < min(_LEAST, 0.3 * view.n):
        return Fit(
            -5.0, "the values are handed out in turn", kind.holds
        )  # no tests of their own: what one passes, its neighbours pass
    score = odds(rate, 0.97, min(max(kind.chance, 0.0005), 0.95)) * min(view.n, 5)
    if not said:
        score -= math.log(len(numbers(view)))
        if score > _DAYS_ALONE and not _checked(kind, view.texts[:_LOOKED_AT]):
            score = _DAYS_ALONE
    checked = " and pass its check" if kind.check else ""
    return Fit(
        min(score, 9.0), f"{percent(rate)} have the form of {ENTITIES[entity].label}{checked}", kind.holds
    )


def _checked(kind: Number, texts: Sequence[str]) -> bool:
    """Return whether one wrong digit at the end, or before it, is mostly noticed: then more than a day must
    be right.
    """
    valid = [value for value in map(compact, texts) if kind.holds(value) and value[-2:].isdigit()]
    wrong = [value[:-2] + f"{(int(value[-2:]) + step) % 100:02d}" for value in valid for step in (1, 11)]
    return sum(map(kind.holds, wrong)) < 0.5 * len(wrong) if wrong else True

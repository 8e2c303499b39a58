"""What the values of a column prove about names of people where the column's name says nothing: a likelihood
ratio for each value.
"""

from __future__ import annotations

import math
import re
from functools import cache

from auditkit.detection.evidence import NAME_SHAPE, NAME_WORD, Fit, percent, worth
from auditkit.detection.lexicon import (
    cities,
    family_names,
    given_names,
    ordinary_words,
    places,
    resemblance,
    vocabulary,
)
from auditkit.detection.view import View

_EAST_ASIAN = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff]{2,5}[ \u3000]?[\u3040-\u30ff\u3400-\u9fff]{0,4}|[\u1100-\u11ff]{5,12}"
)
_INVERTED = re.compile(r"[^\W\d_][\w'’\-]+, [^\W\d_][\w'’. \-]*")
_INITIAL = re.compile(r"[^\W\d_]\.(?: ?[^\W\d_]\.)? ?[^\W\d_][\w'’\-]+")
_INITIAL_LAST = re.compile(r"[^\W\d_][\w'’\-]+,? [^\W\d_]\.(?: ?[^\W\d_]\.?)?")
_BEFORE_PLACES = frozenset(
    "st saint san santa sao sankt new north south east west lake fort port mount mt el los las la bad neu".split()
)
_PARTICLES = frozenset("van von bin binti ibn abu ben bint ter ten mac".split())
_OFTEN = 0.8
"""Names are what tables hold more often than anything else that is personal."""

_LOWER = -1.2
"""What lower case throughout says against names: once, since the case of one value is the case of all."""


def person(view: View) -> Fit:
    """Given and family names, less ordinary words and places; words in no list by their letters."""
    seen: set[str] = set()
    ratios = [_ratio(text, folded, seen) for text, folded in zip(view.texts, view.folded, strict=True)]
    known = sum(r >= 3 for r in ratios) / max(len(ratios), 1)
    lower = sum(map(str.islower, view.texts)) > 0.6 * max(view.n, 1)
    score = worth(ratios) + (_LOWER if lower else 0.0) + _OFTEN
    strong = known >= 0.3 or (view.n >= 3 and sum(r > 1 for r in ratios) >= 0.7 * len(ratios))
    return Fit(
        score, f"{percent(known)} hold a known given or family name", NAME_SHAPE.fullmatch, strong=strong
    )


def _ratio(text: str, folded: str, seen: set[str]) -> float:
    """Return how much likelier a value is in a column of names than in another; names that were seen before
    prove nothing more.
    """
    found = NAME_WORD.findall(folded)
    if _EAST_ASIAN.fullmatch(folded):
        return 8.0 if any(folded.startswith(name) for name in vocabulary("EAST_ASIAN_FAMILY")) else 0.3
    given, family, ordinary = given_names(), family_names(), ordinary_words()
    if len(found) > 1 and found[0] in vocabulary("SALUTATION"):
        titled = "." in text.split()[0] or any(w in given or w in family for w in found[1:])
        return 20.0 if len(found) > 2 or titled else 1.0
    organisation = vocabulary("ORGANISATION_WORDS")
    if (
        folded in vocabulary("BOOLEAN")
        or not NAME_SHAPE.fullmatch(text)
        or not 1 <= len(found) <= 6
        or _any(found[1:], organisation)
    ):
        return 0.1
    if len(found) > 1 and found[0] in _BEFORE_PLACES:
        return 0.3
    if text[0].isupper() and text.split()[-1][0].islower():
        return 0.3  # `Rosa canina`, `Garden designer`
    firsts = [w in given and w not in ordinary for w in found]
    lasts = [(w in family and w not in ordinary) or (len(w) > 5 and w.endswith(_endings())) for w in found]
    hits = {w for w, first, last in zip(found, firsts, lasts, strict=True) if first or last}
    if hits and hits <= seen:
        return 1.0  # each name is a test of its own: one word in many values is one word
    seen.update(hits)
    # a code such as `MIA` is written in capitals: in small letters it is a name
    lands = {folded} if folded in places() and (len(folded) > 3 or text.isupper()) else set[str]()
    town = folded in cities()
    if len(found) == 1:
        known = 12.0 if firsts[0] else 6.0 if lasts[0] else 2.0 if found[0] in family else _unknown(found[0])
        return known * (0.1 if lands else 0.4 if town and firsts[0] else 0.2 if town else 1.0)
    if (
        (firsts[0] and lasts[-1])
        or (lasts[0] and firsts[-1])
        or (len(found) > 2 and len(hits) >= 0.6 * len(found) and any(firsts))
    ):
        return 40.0 * (0.1 if town else 1.0)
    # `Last, First`, `F. Last` and `Last F.` are hardly anything else, unless it is a town and its state
    inverted = _INVERTED.fullmatch(folded) and any(firsts[1:])
    written = bool(_INITIAL.fullmatch(folded) or _INITIAL_LAST.fullmatch(folded) or inverted)
    apart = {folded.rpartition(", ")[2], folded.partition(",")[0]}
    times = (
        4.0 if written and not apart & (cities() | places()) else 3.0 if _any(found[:-1], _PARTICLES) else 1.0
    )
    if town:
        return 0.2
    others = [
        _unknown(w)
        for w, first, last in zip(found, firsts, lasts, strict=True)
        if not (first or last) and len(w) > 1
    ]
    alike = math.exp(sum(map(math.log, others)) / len(others)) if others else 1.0
    if firsts[0] or firsts[-1]:
        return 8.0 * min(alike, 1.5) * times
    return (4.0 if lasts[-1] or lasts[0] else 2.0 if any(lasts) else 0.8) * alike * times


@cache
def _endings() -> tuple[str, ...]:
    return tuple(vocabulary("FAMILY_ENDINGS"))


def _unknown(word: str) -> float:
    """Return the likelihood ratio of a word in no list, by its letters: a part of its measure, since many are
    foreign words.
    """
    return math.exp(max(-2.0, min(0.6, 0.3 * resemblance(word) - 0.5))) if word.isascii() else 0.6


def _any(found: list[str], known: frozenset[str]) -> bool:
    return any(word in known for word in found)

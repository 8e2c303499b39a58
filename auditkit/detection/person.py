"""What the values of a column prove about names of people where the name of the column says nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from functools import cache

from auditkit.detection.fit import NAME_SHAPE, NAME_WORD, Fit, percent, worth
from auditkit.detection.scripts import script, scripts_of_names
from auditkit.detection.view import View, unstuck
from auditkit.lexicon import (
    cities,
    family_names,
    given_names,
    is_organisation,
    ordinary_words,
    particles_of_people,
    places,
    resemblance,
    vocabulary,
)

_EAST_ASIAN = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff]{2,5}[ \u3000]?[\u3040-\u30ff\u3400-\u9fff]{0,4}|[\u1100-\u11ff]{5,12}"
)
_EAST_ASIAN_PAIR = re.compile(
    "[\u3400-\u9fff々]{1,4}[ \u3000][\u3040-\u30ff\u3400-\u9fff々]{1,4}"
    "|[\u30a1-\u30ff]{2,7}[ \u3000][\u30a1-\u30ff]{2,7}|[\u3041-\u309f]{2,7}[ \u3000][\u3041-\u309f]{2,7}"
)
_ENDS_OF_PLACES = frozenset("県市区町村都府道省州国路街站駅校院店社")
_INVERTED = re.compile(r"[^\W\d_][\w'’\-]+, [^\W\d_][\w'’. \-]*")
_INITIAL = re.compile(r"[^\W\d_]\.(?: ?[^\W\d_]\.)? ?[^\W\d_][\w'’\-]+")
_INITIAL_LAST = re.compile(r"[^\W\d_][\w'’\-]+,? [^\W\d_]\.(?: ?[^\W\d_]\.?)?")

_BEFORE_PLACES = frozenset(
    "st saint san santa sao sankt new north south east west lake fort port mount mt"
    " el los las la bad neu".split()
)

_PRIOR = 0.8
"""Tables hold names more often than any other personal data."""

_PLACES = 2.0
"""How much less names say that are places too, nearly all of them."""

_STUCK = -0.7
"""What a number that is stuck to a name says against it: numbered things look like that too."""

_SOME, _FEW, _NAMED_AFTER_FOUNDERS = 0.1, 0.3, -3.0
"""How many firms make a column one of firms, how few full names, and what these say for people at most."""

_COLOURS, NO_COLOURS = 0.7, -3.0
"""Amber, Olive and Silver are names too: how many colours make a column of colours, and what that says."""

_WITHOUT_POINTS = re.compile(r"(?<=\b\w)\.(?=\w\b|\s|$)")
"""The points of `S.A.S.` and `v.o.s.`"""

_LOWER_CASE = -1.2
"""What lower case throughout says against names: once, since the values of a column share their case."""


def person(view: View) -> Fit:
    """Return the fit of given and family names; words in no list are judged by their letters.

    Ordinary words and places count less.
    """
    seen: set[str] = set()
    ratios = [_ratio(text, folded, seen) for text, folded in view.bare]
    known = sum(ratio >= 3 for ratio in ratios) / max(len(ratios), 1)
    lower = sum(map(str.islower, view.texts)) > 0.6 * max(view.n, 1)
    score = worth(ratios) + (_LOWER_CASE if lower else 0.0) + (_STUCK if view.stuck else 0.0) + _PRIOR
    are_places = [folded in cities() or folded in places() for folded in view.folded]
    no_names = [
        is_place and folded not in family_names()
        for is_place, folded in zip(are_places, view.folded, strict=True)
    ]
    if sum(are_places) >= 0.8 * view.n and sum(no_names) >= 0.4 * view.n:
        score -= _PLACES
    if are_colours(view):
        score = min(score, NO_COLOURS)
    if _are_organisations(view):
        score = min(score, _NAMED_AFTER_FOUNDERS)
    likely = view.n >= 3 and sum(ratio > 1 for ratio in ratios) >= 0.7 * len(ratios)
    evidence = f"{percent(known)} hold a known given or family name"
    holds = NAME_SHAPE.fullmatch if not view.stuck else lambda text: NAME_SHAPE.fullmatch(unstuck(text))
    return Fit(score, evidence, holds, strong=known >= 0.3 or likely)


def are_colours(view: View) -> bool:
    """Return whether the values are colours, some of which are names of people too."""
    return view.n > 0 and sum(folded in vocabulary("COLOUR") for folded in view.folded) >= _COLOURS * view.n


def _are_organisations(view: View) -> bool:
    """Return whether some values have a legal form, and hardly any of the others a given and a family name.

    Firms are named after their founders, and not all of them write their form. A column of customers has
    both firms and people.
    """
    found = [NAME_WORD.findall(_WITHOUT_POINTS.sub("", folded)) for _, folded in view.bare]
    firms = [words for words in found if is_organisation(words)]
    others = [words for words in found if len(words) > 1 and not is_organisation(words)]
    full = sum(_is_full(words) for words in others)
    return len(firms) >= max(2, _SOME * len(found)) and full < _FEW * (len(found) - len(firms) + 1)


def _is_full(words: Sequence[str]) -> bool:
    first, last, given, family = words[0], words[-1], given_names(), family_names()
    return (first in given and last in family) or (last in given and first in family)


def _ratio(text: str, folded: str, seen: set[str]) -> float:
    """Return how much likelier a value is in a column of names than in another.

    Each name is a test of its own: one name in many values is one test. `seen` gathers the names.
    """
    words = NAME_WORD.findall(folded)
    if (ratio := _ratio_by_form(text, folded, words)) is not None:
        return ratio
    given, family, ordinary = given_names(), family_names(), ordinary_words()
    firsts = [word in given and word not in ordinary for word in words]
    lasts = [(word in family and word not in ordinary) or _ends_like_a_family_name(word) for word in words]
    hits = {word for word, first, last in zip(words, firsts, lasts, strict=True) if first or last}
    if hits and hits <= seen:
        return 1.0
    seen.update(hits)
    if len(words) == 1:
        return _ratio_of_one_word(text, folded, words[0], firsts[0], lasts[0])
    return _ratio_of_words(folded, words, firsts, lasts)


def _ratio_by_form(text: str, folded: str, words: Sequence[str]) -> float | None:
    """Return the ratio where the form or a single word decides; None where the names must decide."""
    if _EAST_ASIAN.fullmatch(folded):
        return _ratio_of_east_asian(folded)
    if len(words) > 1 and words[0] in vocabulary("SALUTATION"):
        known = any(word in given_names() or word in family_names() for word in words[1:])
        return 20.0 if len(words) > 2 or "." in text.split()[0] or known else 1.0
    if (
        folded in vocabulary("MONTH")
        or folded in vocabulary("BOOLEAN")
        or not NAME_SHAPE.fullmatch(text)
        or not 1 <= len(words) <= 6
    ):
        return 0.1
    if is_organisation(words):
        return 0.1
    if len(words) > 1 and words[0] in _BEFORE_PLACES:
        return 0.3
    if text.islower() and "." in text.strip(".") and " " not in text:
        return 0.3  # `ana.meier` is who logs in
    if text[0].isupper() and text.split()[-1][0].islower():
        return 0.3  # `Rosa canina`, `Garden designer`
    return None


def _ratio_of_east_asian(folded: str) -> float:
    """Return the ratio of a name without spaces, or of a family name, a space and a given name."""
    first, _, rest = folded.replace("\u3000", " ").partition(" ")
    if not rest and folded[-1] in _ENDS_OF_PLACES and len(folded) > 2:
        return 0.1
    family = any(first[:size] in family_names() for size in range(2, len(first) + 1))
    family = family or first.startswith(tuple(vocabulary("EAST_ASIAN_FAMILY")))
    if rest and _EAST_ASIAN_PAIR.fullmatch(folded):
        return 30.0 if family else 5.0
    return 8.0 if family else 0.3


def _ratio_of_one_word(text: str, folded: str, word: str, first: bool, last: bool) -> float:
    """Return the ratio of one word that may be a given name, a family name, or a place."""
    if first:
        known = 12.0
    elif last:
        known = 6.0
    else:
        known = 2.0 if word in family_names() else _unknown(word)
    # a code of a region such as `MIA` is written in capitals: in small letters it is a name
    if folded in places() and (len(folded) > 3 or text.isupper()):
        return known * 0.1
    if folded in cities():
        return known * (0.4 if first else 0.2)
    return known * 1.0


def _ratio_of_words(
    folded: str, words: Sequence[str], firsts: Sequence[bool], lasts: Sequence[bool]
) -> float:
    """Return the ratio of several words, of which some may be given or family names."""
    town = folded in cities()
    known = [first or last for first, last in zip(firsts, lasts, strict=True)]
    hits = {word for word, is_known in zip(words, known, strict=True) if is_known}
    both = (firsts[0] and lasts[-1]) or (lasts[0] and firsts[-1])
    if both or (len(words) > 2 and len(hits) >= 0.6 * len(words) and any(firsts)):
        return 40.0 * (0.1 if town else 1.0)
    if town:
        return 0.2
    times = _times(folded, words, firsts)
    others = [
        _unknown(word) for word, is_known in zip(words, known, strict=True) if not is_known and len(word) > 1
    ]
    alike = math.exp(sum(map(math.log, others)) / len(others)) if others else 1.0
    if firsts[0] or firsts[-1]:
        return 8.0 * min(alike, 1.5) * times
    return (4.0 if lasts[-1] or lasts[0] else 2.0 if any(lasts) else 0.8) * alike * times


def _times(folded: str, words: Sequence[str], firsts: Sequence[bool]) -> float:
    """Return how much likelier the way of writing makes a name.

    `Last, First`, `F. Last` and `Last F.` are hardly anything else, unless it is a town and its state.
    """
    inverted = _INVERTED.fullmatch(folded) and any(firsts[1:])
    written = bool(_INITIAL.fullmatch(folded) or _INITIAL_LAST.fullmatch(folded) or inverted)
    around_the_comma = {folded.rpartition(", ")[2], folded.partition(",")[0]}
    if written and not around_the_comma & (cities() | places()):
        return 4.0
    return 3.0 if _any_of(words[:-1], particles_of_people()) else 1.0


@cache
def _endings() -> tuple[str, ...]:
    return tuple(vocabulary("FAMILY_ENDINGS"))


def _ends_like_a_family_name(word: str) -> bool:
    return len(word) > 5 and word.endswith(_endings())


def _unknown(word: str) -> float:
    """Return the likelihood ratio of a word in no list, by its letters.

    It is a part of the measured one, since many such words are foreign.
    """
    if not word.isascii():
        return 0.6 if script(word[:1]) in scripts_of_names() else 1.0
    return math.exp(max(-2.0, min(0.6, 0.3 * resemblance(word) - 0.5)))


def _any_of(words: Sequence[str], known: Collection[str]) -> bool:
    return any(word in known for word in words)

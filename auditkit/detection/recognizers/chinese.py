"""Names in Chinese sentences: the likeliest division of a sentence into words and names.

Chinese has no spaces. A word costs the less the more frequent it is, a name the less its family name and the
characters of its given name are rare in names. The cheapest division wins (Viterbi), so that the words around
a name show where it begins and ends. Words that stand around people make a name cheaper.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from auditkit.lexicon import lines, listed_as_written

_HAN = "\u3400-\u9fff"
_RUN = re.compile(f"[{_HAN}]+")
_OTHERWISE = re.compile(
    "[\u3041-\u30ff々個來們這說時會對過還後開門問間見學國電話樣様為東車長馬語請謝醫師號歲歳縣県區処読売広円対気発]"
)
"""Kana, and frequent characters that simplified Chinese writes otherwise."""

_LONGEST_WORD = 4
_UNKNOWN = 20.0
"""What a character costs that no word holds."""

_NAME = 5.0
"""What each name costs: about one word of 150 is one."""

_AROUND = 2.5
"""How much cheaper a name is beside a word that stands around people, and alone between two signs."""

_AT_END = 1.0
"""How much cheaper a name is that a sign follows."""

_AGAIN = 6.0
"""How much cheaper a name is that the text has elsewhere."""

_ONE_CHARACTER, _TWO_CHARACTERS, _NO_CHARACTERS = 1.8, 0.2, 1.0
"""What it costs that a given name is so long."""

_RARE = 11.5
"""What a character of a given name costs that hardly any has."""

_MOSTLY = 0.05
"""The most characters of a text that no simplified word holds: with more, it is no simplified Chinese."""

_ANONYMOUS = "某"


@dataclass(frozen=True, repr=False)
class _Costs:
    """What words and the parts of names cost, in natural logarithms.

    Attributes:
        words: words.
        family: family names.
        first: the first of two characters of a given name.
        last: its last character, or the only one.
        known: the characters of names, and of words with more than one.
    """

    words: Mapping[str, float]
    family: Mapping[str, float]
    first: Mapping[str, float]
    last: Mapping[str, float]
    known: frozenset[str]


@cache
def _costs() -> _Costs:
    """Return what words and the parts of names cost; see `han_words.txt`."""
    found: dict[str, dict[str, float]] = {"WORD": {}, "FAMILY": {}, "FIRST": {}, "LAST": {}}
    for head, (run, *_) in lines("han_words.txt"):
        kind, level, size = head.split()
        for at in range(0, len(run), int(size)):
            found[kind][run[at : at + int(size)]] = float(level)
    total = math.log(math.fsum(map(math.exp, found["WORD"].values())))
    words = {word: total - level for word, level in found["WORD"].items()}
    names = [name for kind in ("FAMILY", "FIRST", "LAST") for name in found[kind]]
    known = frozenset("".join([*names, *(word for word in words if len(word) > 1)]))
    return _Costs(words, found["FAMILY"], found["FIRST"], found["LAST"], known)


def chinese_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names stand in a text in simplified Chinese.

    >>> text = "昨天李建国打电话说王芳已经高兴地回家了"
    >>> [text[start:end] for start, end in chinese_names(text)]
    ['李建国', '王芳']
    """
    runs = [run.span() for run in _RUN.finditer(text)]
    found = [span for start, end in runs for span in _names(text, start, end, frozenset())]
    again = frozenset(text[start:end] for start, end in found if end - start > 1)
    for start, end in runs:
        yield from _names(text, start, end, again)


def is_simplified(text: str) -> bool:
    """Return whether a text is in simplified Chinese, and not in Japanese or traditional Chinese.

    >>> is_simplified("他去医院了"), is_simplified("他去醫院看醫師說話"), is_simplified("医院へ行く")
    (True, False, False)
    """
    if _OTHERWISE.search(text) is not None:
        return False
    characters = "".join(_RUN.findall(text))
    unknown = sum(character not in _costs().known for character in characters)
    return bool(characters) and unknown <= _MOSTLY * len(characters) + 1


def _names(text: str, start: int, end: int, again: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the names in the cheapest division of a run of characters."""
    best: list[float] = [0.0] + [math.inf] * (end - start)
    steps: list[tuple[int, bool]] = [(0, False)] * (end - start + 1)
    for at in range(start, end):
        before = best[at - start]
        for size, cost, is_name in _steps(text, at, start, end, again):
            to = at - start + size
            if before + cost < best[to]:
                best[to], steps[to] = before + cost, (size, is_name)
    names = []
    at = end - start
    while at:
        size, is_name = steps[at]
        if is_name:
            names.append((start + at - size, start + at))
        at -= size
    yield from reversed(names)


def _steps(
    text: str, at: int, start: int, end: int, again: frozenset[str]
) -> Iterator[tuple[int, float, bool]]:
    """Yield the words and names that begin somewhere: their length, their cost, and whether it is a name."""
    words = _costs().words
    yield 1, words.get(text[at], _UNKNOWN), False
    for size in range(2, min(_LONGEST_WORD, end - at) + 1):
        if (cost := words.get(text[at : at + size])) is not None:
            yield size, cost, False
    for size in (1, 2):
        family = _costs().family.get(text[at : at + size])
        if family is not None:
            yield from _with_given_name(text, at, size, family + _NAME, (start, end), again)


def _with_given_name(
    text: str, at: int, size: int, cost: float, run: tuple[int, int], again: frozenset[str]
) -> Iterator[tuple[int, float, bool]]:
    """Yield the names that a family name of some characters begins."""
    start, end = run
    announced = _is_announced(text, at, start)
    for given in (0, 1, 2):
        to = at + size + given
        behind = to < end and _behind(given).match(text, to) is not None
        if to > end or (given == 0 and not behind):
            continue
        alone = given > 0 and at == start and to == end
        gain = (
            _AROUND * (announced + behind + alone) + _AT_END * (to == end) + _AGAIN * (text[at:to] in again)
        )
        price = _price(text[to - given : to])
        if price is not None:
            yield size + given, max(cost + price - gain, 1.0), True


def _price(given: str) -> float | None:
    """Return what a given name costs; None where it was made unreadable."""
    costs = _costs()
    if not given:
        return _NO_CHARACTERS
    if given[0] == _ANONYMOUS:
        return None
    last = costs.last.get(given[-1], _RARE)
    if len(given) == 1:
        return _ONE_CHARACTER + last
    return _TWO_CHARACTERS + costs.first.get(given[0], _RARE) + last


def _is_announced(text: str, at: int, start: int) -> bool:
    return any(text[max(start, at - size) : at] in _cues() for size in range(1, _LONGEST_WORD + 2))


@cache
def _cues() -> frozenset[str]:
    return listed_as_written("HAN_BEFORE")


@cache
def _behind(given: int) -> re.Pattern[str]:
    """Return what stands behind a full name, or behind a family name alone: a form of address."""
    words = listed_as_written("HAN_BEHIND" if given else "HAN_TITLE")
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))

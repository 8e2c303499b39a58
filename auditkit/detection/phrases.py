"""What phrases in the names of columns stand for: the general list, and the identifiers of each country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from auditkit.detection.recognizers.identifiers import IDENTIFIERS
from auditkit.detection.spelling import in_latin
from auditkit.lexicon import fold, lines, other_words

ENOUGH, HINT = 3, 1
"""The strength of a phrase that is enough alone, and of one that needs more than values of the right form."""

_NUMBER, _NUMBER_IN_SHORT = frozenset({"number", "nummer"}), ("no", "nr", "num", "nbr")
_NUMERO, _NUMERO_IN_SHORT = frozenset({"numero", "numer"}), ("no", "nr", "nro", "num", "n")

_JOINED_FROM = 5
"""From so many letters on, a phrase is also known when it is written as one word."""


_LONG = 7
"""From so many letters on, a phrase is known with one letter wrong, or with its words in short."""


@dataclass(frozen=True)
class Phrase:
    """What a few words in a column name stand for, with a strength of 1 to 3; 3 is enough alone."""

    words: tuple[str, ...]
    entity: str
    strength: int


@cache
def phrases() -> Mapping[tuple[str, ...], tuple[Phrase, ...]]:
    """Return what phrases stand for, by their words; a phrase of several words also counts written as one."""
    found: dict[tuple[str, ...], dict[str, Phrase]] = {}
    for entity, strength, items in _listed():
        for item in items:
            _add(found, item, entity, strength)
            for latin in in_latin(item):
                _add(found, latin, entity, strength - (len(latin) < _JOINED_FROM) - (latin in other_words()))
    return {key: tuple(by_entity.values()) for key, by_entity in found.items()}


def _add(found: dict[tuple[str, ...], dict[str, Phrase]], item: str, entity: str, strength: int) -> None:
    """Add what a phrase stands for in each of its spellings, unless it already stands for more."""
    if strength < HINT:
        return
    for key in _spellings(tuple(fold(item).split())):
        known = found.setdefault(key, {})
        if entity not in known or known[entity].strength < strength:
            known[entity] = Phrase(key, entity, strength)


@cache
def by_initials() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the long phrases by the first letters of their words, longest first."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key in phrases():
        if sum(map(len, key)) >= _LONG:
            found.setdefault(tuple(word[0] for word in key), []).append(key)
    return {
        first: tuple(sorted(keys, key=lambda key: (-sum(map(len, key)), key)))
        for first, keys in found.items()
    }


def _listed() -> Iterator[tuple[str, int, Iterable[str]]]:
    """Yield entities, with the strength of some phrases and these phrases."""
    for head, items in lines("headers.txt"):
        entity, strength = head.split()
        yield entity, int(strength), items
    for identifier in IDENTIFIERS:
        yield identifier.entity, ENOUGH, filter(None, identifier.named.split(", "))
        yield identifier.entity, HINT, filter(None, identifier.hinted.split(", "))


def _spellings(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    found = {words, *_abbreviated(words)}
    return found | {("".join(each),) for each in found if sum(map(len, each)) >= _JOINED_FROM}


def _abbreviated(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a phrase with its word for `number` in short.

    >>> sorted(_abbreviated(("kontonummer",))), ("house", "no") in _abbreviated(("house", "number"))
    ([('konto', 'nr'), ('kontonr',)], True)
    """
    *before, last = words
    if last.endswith("nummer") and len(last) > len("nummer") + 1:
        stem = last.removesuffix("nummer")
        yield (*before, stem, "nr")
        yield (*before, f"{stem}nr")
    elif before and last in _NUMBER:
        yield from ((*before, short) for short in _NUMBER_IN_SHORT)
    if len(words) > 1 and words[0] in _NUMERO:
        yield from ((short, *words[1:]) for short in _NUMERO_IN_SHORT)

"""What the cells of a column hold besides, or inside: minorities are kept, never averaged away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.found import Found, found
from auditkit.detection.hits import UNWRITTEN, end_to_end
from auditkit.detection.numbering_plan import telephone
from auditkit.detection.prose import People, people
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.business import versions
from auditkit.detection.recognizers.custom import NOTHING, Custom, holding
from auditkit.detection.shapes import Shape
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

Accepts = Callable[[str], bool]

_LOOKED_AT = 200
_BY_ENTITY: dict[str, list[Shape]] = {}
for _shape in SHAPES:
    _BY_ENTITY.setdefault(_shape.entity, []).append(_shape)


@dataclass(frozen=True)
class Contents:
    """What stands in the cells of a column.

    Attributes:
        counts: how many cells hold each entity.
        inside: how many hold any of them.
        people: what the names model saw in its sentences.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    inside: int = 0
    people: People = field(default_factory=People)


def contained(view: View, column: str | None, custom: Custom = NOTHING, sentences: int = 0) -> Contents:
    """Return what the cells hold, where that is more than chance explains, less the entity of the column
    itself.

    Counts are exact while the candidates of an entity are held (10,000 distinct; of telephone numbers 2,000),
    above that in proportion. What only a sample was searched for is counted where the sample is the whole
    column: names of people by the model are else told in words, and what a user's own recognisers find is in
    proportion.

    Args:
        view: the column.
        column: the entity of the column.
        custom: what a user looks for besides; his patterns were tried in every cell, other recognisers look
            at a sample.
        sentences: how many the names model may read.
    """
    counts: dict[str, int] = {}
    accepts: dict[str, Accepts] = {}
    for entity, seen in sorted(view.state.found.items()):
        if entity != column:
            cells, accept = _counted(entity, seen, view)
            if cells:
                counts[entity], accepts[entity] = cells, accept
    for name, seen in view.state.stated.items():
        sought = custom.sought[name]
        if seen.cells and sought.entity != column and sought.counts(view.column):
            counts[name], accepts[name] = seen.cells, _always
    inside = view.state.inside.union(counts, lambda entity, value: accepts[entity](value))
    counts = _by_entity(view, counts, accepts, custom)
    names = people(view, sentences, custom.names)
    looked = [entry for entry in _asked(view, custom.recognizers) if entry[0] != column]
    if names.held and names.read == names.of:
        looked.append(("PERSON", names.held, sum(view.weights)))
    if looked:
        for entity, held, weight in looked:
            counts[entity] = max(counts.get(entity, 0), round(sum(held.values()) / weight * view.filled))
        inside += _besides(view, looked, accepts, custom)
    return Contents(counts, min(inside, view.filled), names)


def _by_entity(
    view: View, counts: Mapping[str, int], accepts: Mapping[str, Accepts], custom: Custom
) -> dict[str, int]:
    """Return in how many cells each entity is, in whatever form a user, or we, look for it."""
    together: dict[str, dict[str, int]] = {}
    for name, cells in counts.items():
        together.setdefault(custom.sought[name].entity if name in custom.sought else name, {})[name] = cells
    return {
        entity: view.state.inside.union(parts, lambda e, value: accepts[e](value))
        for entity, parts in together.items()
    }


def verified(view: View, entity: str) -> int:
    """Return how many cells hold an entity, asking python-stdnum where no vectorised check exists."""
    seen = view.state.found.get(entity)
    if seen is None or (
        _only_alike(entity, seen) and not {entity, ENTITIES[entity].kind} & view.header.says.keys()
    ):
        return 0
    return _count(seen, None if entity == "PHONE_NUMBER" else _accepts(entity, seen, view.texts))


def _only_alike(entity: str, seen: Found) -> bool:
    """Return whether what would pass by luck alone fails too often to be real."""
    luck = max((_luck(s) for s in _BY_ENTITY[entity] if not (s.whole and s.weak)), default=0.0)
    own, tried = seen.cells - seen.bare, seen.tried - seen.bare_tried
    return luck > _EVIDENT and tried > 0 and not _beyond_chance(own, tried, luck, bare=False)


def _count(seen: Found, accept: Accepts | None, limit: int | None = None) -> int:
    if accept is None or not seen.cells:
        return seen.cells
    texts, weights = seen.values.texts(limit), seen.values.counts[:limit]
    good = sum(int(n) for text, n in zip(texts, weights, strict=True) if accept(text))
    return (
        good
        if len(texts) == len(seen.values) and not seen.values.full
        else round(seen.cells * good / int(weights.sum()))
    )


def _counted(entity: str, seen: Found, view: View) -> tuple[int, Accepts]:
    """Return how many cells hold an entity where that is more than chance explains, and what was counted."""
    shapes = _BY_ENTITY[entity]
    accept = _accepts(entity, seen, view.texts)
    if any(s.planned for s in shapes):
        decides = accept or _always
        return _count(seen, accept, _PHONES), decides  # each was looked up
    explained = view.business.holds if view.business and view.business.explains(entity) else None
    if entity == "IP_ADDRESS" and explained is None:
        explained = versions(seen.values.texts(_LOOKED_AT))
    if not any(s.disproved for s in shapes) and explained is None:
        return _count(seen, accept), accept or _always
    ways = _ways(seen, lambda text: not (explained and explained(text)) and (accept is None or accept(text)))
    bare = [_luck(s) for s in shapes if s.whole and s.weak]
    unexplained = sum(left for left, _ in ways.values()) / max(sum(every for _, every in ways.values()), 1)
    bare_cells, bare_tried = round(seen.bare * unexplained), round(seen.bare_tried * unexplained)
    if bare and bare_cells and _beyond_chance(bare_cells, bare_tried, max(bare), bare=True):
        good = frozenset(ways)
    else:
        luck = max((_luck(s) for s in shapes if not (s.whole and s.weak)), default=0.0)
        forms = {
            way: n for way, n in ways.items() if not (bare and way == UNWRITTEN)
        }  # those are the bare ones
        tried = {
            way: max(round(seen.written.get(way, 0) * left / every), left)
            for way, (left, every) in forms.items()
        }
        good = frozenset(
            way for way, n in tried.items() if n and _beyond_chance(ways[way][0], n, luck, bare=False)
        )
    cells = sum(ways[way][0] for way in good)

    def accepts(text: str) -> bool:
        if text in ("", "?"):
            return text != "?" or len(good) == len(ways)
        return (
            _way(text, seen) in good
            and not (explained and explained(text))
            and (accept is None or accept(text))
        )

    return (cells, accepts) if cells else (0, _always)


def _ways(seen: Found, holds: Accepts) -> dict[int, tuple[int, int]]:
    """Return of each way in which something is written how many cells hold it, and how many did before that
    was asked.
    """
    ways: dict[int, tuple[int, int]] = {}
    total = max(int(seen.values.counts.sum()), 1)
    for text, n in zip(seen.values.texts(), seen.values.counts.tolist(), strict=True):
        way = _way(text, seen)
        good, every = ways.get(way, (0, 0))
        ways[way] = (good + n * holds(text), every + n)
    return {
        way: (round(good * seen.cells / total), round(every * seen.cells / total))
        for way, (good, every) in ways.items()
    }


def _way(text: str, seen: Found) -> int:
    """Return how a text is written, as `hits.writing` does."""
    kept, size = sum(c.isalnum() and c.isascii() for c in text), len(text.encode())
    way = kept * 256 + min(size, 128) - min(kept, 128)
    return way if way in seen.written else UNWRITTEN


def _luck(shape: Shape) -> float:
    return shape.chance if shape.luck is None else shape.luck


def _accepts(entity: str, seen: Found, texts: Sequence[str]) -> Accepts | None:
    """Return what decides about a candidate, or None where nothing is left to decide."""
    shapes = _BY_ENTITY[entity]
    if any(s.planned for s in shapes):
        return telephone(seen.values.texts(_LOOKED_AT), texts)
    checks = {s.decides for s in shapes if s.decides}
    if not checks:
        return None
    free = [s for s in shapes if not s.decides]
    known = frozenset(text for s in free for text in _whole(s, seen.values.texts()))
    return lambda text: (
        text in known or any(check(text) for check in checks) or any(True for s in free for _ in s.find(text))
    )


def _whole(shape: Shape, texts: Sequence[str]) -> Iterator[str]:
    """Yield the texts that are a shape from end to end, all of them looked at in one pass."""
    if form := end_to_end(shape.pattern):
        values = pa.array(texts, pa.large_string())
        good = np.asarray(pc.match_substring_regex(values, form)) & shape.passes(values)
        yield from (text for text, holds in zip(texts, good, strict=True) if holds)


def _always(_: str) -> bool:
    return True


_PHONES = 2000
"""How many distinct telephone numbers are looked up."""

_BARE_LIMIT, _WRITTEN_LIMIT = 0.0001, 0.1
"""How likely chance alone may be: for digits without a form, and for what is written in a form of its own
where 20 at most look like it.
"""

_EVIDENT = 0.15
"""Luck above this tells nothing of a few among many: what is real passes nearly always."""


def _beyond_chance(hits: int, of: int, luck: float, *, bare: bool) -> bool:
    """Return whether so many pass that chance does not explain it.

    >>> _beyond_chance(1, 1, 0.1, bare=False), _beyond_chance(1, 1, 0.1, bare=True), _beyond_chance(3100, 30_000, 0.1, bare=False)
    (True, False, False)
    >>> _beyond_chance(1, 1, 0.9, bare=False), _beyond_chance(900, 1000, 0.9, bare=False), _beyond_chance(990, 1000, 0.9, bare=False)
    (True, False, True)
    """
    if not bare and luck > _EVIDENT:
        return hits >= (1 + luck) / 2 * of
    limit = _BARE_LIMIT if bare else max(_BARE_LIMIT, min(_WRITTEN_LIMIT, 2 / of))
    return tail(hits, of, luck) <= limit


def tail(hits: int, of: int, chance: float) -> float:
    """Return the probability of at least so many hits by chance (binomial; Chernoff's bound where the sum
    would be long).

    >>> round(tail(1, 1, 0.026), 3), tail(500, 1000, 0.1) < 1e-9, tail(90, 1000, 0.1) > 0.5
    (0.026, True, True)
    """
    if hits <= 0 or hits <= of * chance:
        return 1.0
    if of <= 1000:
        return sum(math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(hits, of + 1))
    rate = hits / of
    divergence = rate * math.log(rate / chance) + (
        (1 - rate) * math.log((1 - rate) / (1 - chance)) if rate < 1 else 0
    )
    return math.exp(-of * divergence)


def _asked(
    view: View, recognizers: Sequence[EntityRecognizer]
) -> Iterator[tuple[str, Mapping[str, int], int]]:
    """Yield what a user's own recognisers find: the entity, the values that hold it, and how many cells those
    looked at stand for.

    Patterns are first tried by RE2, which rules out most values; other recognisers see fewer values.
    """
    if not recognizers:
        return
    for recognizer in recognizers:
        for entity, held in holding(recognizer, view.state.sample):
            values = {text: n for text, n, holds in held if holds}
            if values:
                yield entity, values, sum(n for _, n, _ in held)


def _besides(
    view: View,
    looked: Sequence[tuple[str, Mapping[str, int], int]],
    accepts: Mapping[str, Accepts],
    custom: Custom,
) -> int:
    """Return how many cells hold what only a sample was searched for, and nothing that every cell was
    searched for.
    """
    share = max(view.filled / weight for _, _, weight in looked)
    held = {text: n for _, values, _ in looked for text, n in values.items()}
    inside = found(
        pa.array(list(held), pa.large_string()), np.array(list(held.values()), np.int64), custom.families
    )
    counts = {
        e: _count(seen, None if accepts[e] is _always else accepts[e])
        for e, seen in inside.entities.items()
        if e in accepts
    }
    return round(
        (sum(held.values()) - inside.union(counts, lambda entity, value: accepts[entity](value))) * share
    )

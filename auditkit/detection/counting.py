"""In how many cells an entity is, where that is more than chance explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.chance import EVIDENT, beyond_chance, luck_of
from auditkit.detection.found import BARE, Found
from auditkit.detection.numbering_plan import telephone
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.business import versions
from auditkit.detection.search import UNWRITTEN, end_to_end, way_of_writing
from auditkit.detection.shapes import Shape
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

Accepts = Callable[[str], bool]
"""Whether what was found is the entity that it looks like."""

_LOOKED_AT = 200
_PHONES = 2000
"""How many distinct telephone numbers are looked up."""

_BY_ENTITY: dict[str, list[Shape]] = {}
for _shape in SHAPES:
    _BY_ENTITY.setdefault(_shape.entity, []).append(_shape)


def always(_: str) -> bool:
    """Return that any text is accepted."""
    return True


def verified(view: View, entity: str) -> int:
    """Return how many cells hold an entity.

    Python has the last word where no check runs over all cells at once.
    """
    seen = view.state.found.get(entity)
    if seen is None:
        return 0
    named = {entity, ENTITIES[entity].kind} & view.header.says.keys()
    if not named and _is_only_alike(entity, seen):
        return 0
    return count(seen, None if entity == "PHONE_NUMBER" else _deciding(entity, seen, view.texts))


def _is_only_alike(entity: str, seen: Found) -> bool:
    """Return whether what would pass by luck fails too often to be real."""
    luck = _luck_in_own_form(entity)
    own, tried = seen.cells - seen.bare, seen.tried - seen.bare_tried
    return luck > EVIDENT and tried > 0 and not beyond_chance(own, tried, luck, bare=False)


def _luck_in_own_form(entity: str) -> float:
    return max((luck_of(shape) for shape in _BY_ENTITY[entity] if not shape.bare), default=0.0)


def count(seen: Found, accepts: Accepts | None, limit: int | None = None) -> int:
    """Return how many of the cells that were found are accepted, in proportion where only a sample is known.

    Args:
        seen: what was found.
        accepts: what decides; without it, everything counts.
        limit: how many distinct texts are asked about at most.
    """
    if accepts is None or not seen.cells:
        return seen.cells
    texts, weights = seen.values.texts(limit), seen.values.counts[:limit]
    good = sum(int(n) for text, n in zip(texts, weights, strict=True) if accepts(text))
    complete = len(texts) == len(seen.values) and not seen.values.full
    return good if complete else round(seen.cells * good / int(weights.sum()))


def counted(entity: str, seen: Found, view: View) -> tuple[int, Accepts]:
    """Return how many cells hold an entity beyond what chance explains, and what was counted."""
    shapes = _BY_ENTITY[entity]
    decides = _deciding(entity, seen, view.texts)
    if any(shape.planned for shape in shapes):
        return count(seen, decides, _PHONES), decides or always  # each number was looked up
    explained = _explained(entity, seen, view)
    if explained is None and not any(shape.disproved for shape in shapes):
        return count(seen, decides), decides or always

    def is_real(text: str) -> bool:
        return not (explained and explained(text)) and (decides is None or decides(text))

    ways = _ways(seen, is_real)
    good = _ways_beyond_chance(entity, seen, ways)

    def accepts(text: str) -> bool:
        if text == "":
            return True
        if text == BARE:
            return len(good) == len(ways)
        return _way(text, seen) in good and is_real(text)

    cells = sum(ways[way][0] for way in good)
    return (cells, accepts) if cells else (0, always)


def _explained(entity: str, seen: Found, view: View) -> Accepts | None:
    """Return what explains texts as numbers of companies or as versions, or None."""
    if view.business and view.business.explains(entity):
        return view.business.holds
    return versions(seen.values.texts(_LOOKED_AT)) if entity == "IP_ADDRESS" else None


def _ways(seen: Found, holds: Accepts) -> dict[int, tuple[int, int]]:
    """Return for each way of writing how many cells hold the entity, and how many were asked about."""
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
    """Return in which of the known ways a text is written."""
    way = way_of_writing(text)
    return way if way in seen.written else UNWRITTEN


def _ways_beyond_chance(entity: str, seen: Found, ways: Mapping[int, tuple[int, int]]) -> frozenset[int]:
    """Return the ways of writing of which more hold the entity than chance explains.

    Where bare digits are beyond chance, every way is.
    """
    bare = [luck_of(shape) for shape in _BY_ENTITY[entity] if shape.bare]
    real = sum(good for good, _ in ways.values()) / max(sum(every for _, every in ways.values()), 1)
    cells, tried = round(seen.bare * real), round(seen.bare_tried * real)
    if bare and cells and beyond_chance(cells, tried, max(bare), bare=True):
        return frozenset(ways)
    luck = _luck_in_own_form(entity)
    found = set()
    for way, (good, every) in ways.items():
        if bare and way == UNWRITTEN:
            continue  # those are the bare ones
        attempts = max(round(seen.written.get(way, 0) * good / every), good)
        if attempts and beyond_chance(good, attempts, luck, bare=False):
            found.add(way)
    return frozenset(found)


def _deciding(entity: str, seen: Found, texts: Sequence[str]) -> Accepts | None:
    """Return what decides about a candidate, or None where nothing is left to decide."""
    shapes = _BY_ENTITY[entity]
    if any(shape.planned for shape in shapes):
        return telephone(seen.values.texts(_LOOKED_AT), texts)
    checks = {shape.decides for shape in shapes if shape.decides}
    if not checks:
        return None
    others = [shape for shape in shapes if not shape.decides]
    known = frozenset(text for shape in others for text in _entire(shape, seen.values.texts()))

    def decides(text: str) -> bool:
        if text in known or any(check(text) for check in checks):
            return True
        return any(next(shape.find(text), None) is not None for shape in others)

    return decides


def _entire(shape: Shape, texts: Sequence[str]) -> Iterator[str]:
    """Yield the texts that are a shape from end to end, all looked at in one pass."""
    if form := end_to_end(shape.pattern):
        values = pa.array(texts, pa.large_string())
        good = np.asarray(pc.match_substring_regex(values, form)) & shape.passes(values)
        yield from (text for text, holds in zip(texts, good, strict=True) if holds)

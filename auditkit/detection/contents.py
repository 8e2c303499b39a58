"""What the cells of a column hold besides, or inside: minorities are kept, never averaged away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.found import Found, found
from auditkit.detection.hits import end_to_end
from auditkit.detection.prose import People, people
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.custom import NOTHING, Custom, holding
from auditkit.detection.shapes import Shape
from auditkit.detection.view import View

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

Accepts = Callable[[str], bool]

_REGIONS = ("US", "GB", "FR", "IT", "ES", "NL", "CH", "PL")  # less those that take almost any digits, as Germany does
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
    """Return what the cells hold, where that is more than chance explains, less the entity of the column itself.

    Counts are exact while the candidates of an entity are held (10,000 distinct; of telephone numbers 2,000), above that in proportion.
    What only a sample was searched for is counted where the sample is the whole column: names of people by the model are else told in
    words, and what a user's own recognisers find is in proportion.

    Args:
        view: the column.
        column: the entity of the column.
        custom: what a user looks for besides; his patterns were tried in every cell, other recognisers look at a sample.
        sentences: how many the names model may read.
    """
    counts: dict[str, int] = {}
    accepts: dict[str, Accepts] = {}
    for entity, seen in sorted(view.state.found.items()):
        if entity != column and not (view.business and view.business.explains(entity)):
            cells, accept = _counted(entity, seen, view.filled)
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


def _by_entity(view: View, counts: Mapping[str, int], accepts: Mapping[str, Accepts], custom: Custom) -> dict[str, int]:
    """Return in how many cells each entity is, in whatever form a user, or we, look for it."""
    together: dict[str, dict[str, int]] = {}
    for name, cells in counts.items():
        together.setdefault(custom.sought[name].entity if name in custom.sought else name, {})[name] = cells
    return {entity: view.state.inside.union(parts, lambda e, value: accepts[e](value)) for entity, parts in together.items()}


def verified(view: View, entity: str) -> int:
    """Return how many cells hold an entity, asking python-stdnum where no vectorised check exists."""
    seen = view.state.found.get(entity)
    return 0 if seen is None else _count(seen, None if entity == "PHONE_NUMBER" else _accepts(entity, seen))


def _count(seen: Found, accept: Accepts | None, limit: int | None = None) -> int:
    if accept is None or not seen.cells:
        return seen.cells
    texts, weights = seen.values.texts(limit), seen.values.counts[:limit]
    good = sum(int(n) for text, n in zip(texts, weights, strict=True) if accept(text))
    return good if len(texts) == len(seen.values) and not seen.values.full else round(seen.cells * good / int(weights.sum()))


def _counted(entity: str, seen: Found, filled: int) -> tuple[int, Accepts]:
    """Return how many cells hold an entity where that is more than chance explains, and what was counted."""
    shapes = _BY_ENTITY[entity]
    accept = _accepts(entity, seen)
    planned = any(s.planned for s in shapes)
    cells = _count(seen, accept, _PHONES if planned else None)
    if planned or not cells:
        return cells, accept or _always  # each was looked up
    bare = [s.chance for s in shapes if s.whole and s.weak]
    written = [s.chance for s in shapes if not (s.whole and s.weak)]
    checked = any(s.checks or s.decides for s in shapes)
    if bare and tail(seen.bare, seen.bare_tried if checked else filled, max(bare)) < _BARE_LIMIT:
        return cells, accept or _always
    own = cells - seen.bare
    if own and (not checked or tail(own, seen.tried - seen.bare_tried, max(written)) < _WRITTEN_LIMIT):
        return own, accept or _written
    return 0, _always


def _accepts(entity: str, seen: Found) -> Accepts | None:
    """Return what decides about a candidate, or None where nothing is left to decide."""
    shapes = _BY_ENTITY[entity]
    if any(s.planned for s in shapes):
        return _telephone(seen)
    checks = {s.decides for s in shapes if s.decides}
    if not checks:
        return None
    free = [s for s in shapes if not s.decides]
    known = frozenset(text for s in free for text in _whole(s, seen.values.texts()))
    return lambda text: text in known or any(check(text) for check in checks) or any(True for s in free for _ in s.find(text))


def _whole(shape: Shape, texts: Sequence[str]) -> Iterator[str]:
    """Yield the texts that are a shape from end to end, all of them looked at in one pass."""
    if form := end_to_end(shape.pattern):
        values = pa.array(texts, pa.large_string())
        good = np.asarray(pc.match_substring_regex(values, form)) & shape.passes(values)
        yield from (text for text, holds in zip(texts, good, strict=True) if holds)


def _always(_: str) -> bool:
    return True


def _written(text: str) -> bool:
    return text != "?"


def _telephone(seen: Found) -> Accepts:
    """Return what accepts telephone numbers that exist in some numbering plan.

    Digits in groups without a country code are many things: they count where most of them are valid.
    """
    local = [text for text in seen.values.texts(_LOOKED_UP) if not text.startswith(("+", "00"))]
    plausible = sum(map(telephone_local, local)) >= 0.5 * len(local)
    return lambda text: telephone_abroad(text) or (plausible and not text.startswith("+") and telephone_local(text))


_PHONES, _LOOKED_UP = 2000, 200  # distinct numbers that are looked up, and that decide about those without a country code
_BARE_LIMIT, _WRITTEN_LIMIT = 0.001, 0.1  # how likely chance alone may be for digits, and for what is written in a form of its own


@cache
def telephone_abroad(text: str) -> bool:
    """Return whether a number with its country code is valid in the numbering plan of the country."""
    return text.startswith(("+", "00")) and _valid("+" + text[2:] if text.startswith("00") else text, None)


@cache
def telephone_local(text: str) -> bool:
    """Return whether a number without a country code is valid in one of some countries."""
    return any(_valid(text, region) for region in _REGIONS)


def _valid(text: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, region)))
    except phonenumbers.NumberParseException:
        return False


def tail(hits: int, of: int, chance: float) -> float:
    """Return the probability of at least so many hits by chance (binomial; Chernoff's bound where the sum would be long).

    >>> round(tail(1, 1, 0.026), 3), tail(500, 1000, 0.1) < 1e-9, tail(90, 1000, 0.1) > 0.5
    (0.026, True, True)
    """
    if hits <= 0 or hits <= of * chance:
        return 1.0
    if of <= 1000:
        return sum(math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(hits, of + 1))
    rate = hits / of
    divergence = rate * math.log(rate / chance) + ((1 - rate) * math.log((1 - rate) / (1 - chance)) if rate < 1 else 0)
    return math.exp(-of * divergence)


def _asked(view: View, recognizers: Sequence[EntityRecognizer]) -> Iterator[tuple[str, Mapping[str, int], int]]:
    """Yield what a user's own recognisers find: the entity, the values that hold it, and how many cells those looked at stand for.

    Patterns are first tried by RE2, which rules out most values; other recognisers see fewer values.
    """
    if not recognizers:
        return
    for recognizer in recognizers:
        for entity, held in holding(recognizer, view.state.sample):
            values = {text: n for text, n, holds in held if holds}
            if values:
                yield entity, values, sum(n for _, n, _ in held)


def _besides(view: View, looked: Sequence[tuple[str, Mapping[str, int], int]], accepts: Mapping[str, Accepts], custom: Custom) -> int:
    """Return how many cells hold what only a sample was searched for, and nothing that every cell was searched for."""
    share = max(view.filled / weight for _, _, weight in looked)
    held = {text: n for _, values, _ in looked for text, n in values.items()}
    inside = found(pa.array(list(held), pa.large_string()), np.array(list(held.values()), np.int64), custom.families)
    counts = {
        e: _count(seen, None if accepts[e] in (_always, _written) else accepts[e]) for e, seen in inside.entities.items() if e in accepts
    }
    return round((sum(held.values()) - inside.union(counts, lambda entity, value: accepts[entity](value))) * share)

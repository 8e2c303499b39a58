"""What the cells of a column hold, shape by shape: exact counts of cells, and a sample of what was found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from auditkit.detection.checksums import Mask
from auditkit.detection.hits import Hits, Places, decoded, shared, united, without
from auditkit.detection.overlap import yielding
from auditkit.detection.plain import plain_values
from auditkit.detection.search import UNWRITTEN, Result, search_each, ways_of_writing
from auditkit.detection.shapes import Clean, Family
from auditkit.detection.sketch import Counts, Hashes, Sketch, binary, hash64

CANDIDATES = 10_000
"""How many distinct candidates of an entity are kept for a column.

With fewer, what Python recognisers say of them is exact.
"""

_BETWEEN_ENTITIES, _BEFORE_TEXT = "\x1f", "\x1e"
"""What separates entities that share a cell, and an entity from what was found of it."""

BARE = "?"
"""What stands for bare digits instead of what was found."""


@dataclass(frozen=True, repr=False)
class Found:
    """What cells hold of an entity; `+` is that of both columns.

    Attributes:
        cells: how many cells hold it.
        tried: how many looked like it before its check.
        bare: how many of `cells` are digits without a form of their own.
        bare_tried: how many of `tried` are.
        values: a sample of what was found.
        written: how many of `tried` are written in which way, without the bare ones; see `ways_of_writing`.
    """

    cells: int
    tried: int
    bare: int
    bare_tried: int
    values: Sketch
    written: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Found) -> Found:
        ways = self.written.keys() | other.written.keys()
        return Found(
            cells=self.cells + other.cells,
            tried=self.tried + other.tried,
            bare=self.bare + other.bare,
            bare_tried=self.bare_tried + other.bare_tried,
            values=self.values + other.values,
            written={way: self.written.get(way, 0) + other.written.get(way, 0) for way in ways},
        )

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Found(cells={self.cells}, tried={self.tried}, values={self.values!r})"


@dataclass(frozen=True, repr=False)
class Inside:
    """What cells hold, entity by entity, and which entities share a cell; `+` is that of both columns.

    With the counts of each entity, `together` gives the exact number of cells that hold any of some entities.

    Attributes:
        entities: what was found of each entity.
        together: how many cells hold more than one entity, by which entities they are. What was found stands
            there too where Python has the last word on it.
    """

    entities: Mapping[str, Found] = field(default_factory=dict)
    together: Sketch = field(default_factory=lambda: Sketch.empty(CANDIDATES))

    def __add__(self, other: Inside) -> Inside:
        entities = dict(self.entities)
        for entity, found in other.entities.items():
            entities[entity] = entities[entity] + found if entity in entities else found
        return Inside(entities, self.together + other.together)

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Inside({dict(self.entities)!r})"

    def union(self, counts: Mapping[str, int], accepts: Callable[[str, str], bool]) -> int:
        """Return how many cells hold at least one of some entities.

        Args:
            counts: how many cells hold each of them.
            accepts: whether what was found of an entity counts, where Python decides that.
        """
        overlap = 0
        for text, n in zip(self.together.texts(), self.together.counts, strict=True):
            parts = (part.partition(_BEFORE_TEXT) for part in text.split(_BETWEEN_ENTITIES))
            held = sum(entity in counts and accepts(entity, value) for entity, _, value in parts)
            overlap += max(held - 1, 0) * int(n)
        return sum(counts.values()) - overlap


@dataclass
class _Tally:
    """What was found of one entity, shape by shape.

    Attributes:
        hits: the hits of each of its shapes.
        tried: how many cells look like it, in a form of their own.
        bare_tried: how many cells look like it as bare digits.
        written: how many of `tried` are written in which way.
    """

    hits: list[Hits] = field(default_factory=list)
    tried: int = 0
    bare_tried: int = 0
    written: dict[int, int] = field(default_factory=dict)


class Distinct(NamedTuple):
    """The distinct values of a column.

    Attributes:
        values: the values.
        counts: how often each occurs.
        hashes: the hash of each value.
    """

    values: pa.LargeStringArray
    counts: Counts
    hashes: Hashes


def found(values: pa.LargeStringArray, counts: Counts, families: Sequence[Family]) -> Inside:
    """Return what distinct values hold, each of which occurs so often."""
    (inside,) = found_in_each([Distinct(values, counts, hash64(binary(values)))], families)
    return inside


def found_in_each(columns: Sequence[Distinct], families: Sequence[Family]) -> list[Inside]:
    """Return what the values of each column hold.

    Where one text is two things, the longer verified one wins: digits inside an account number are no
    telephone number, and neither is a social security number.
    """
    plain = [_plain(column) for column in columns]
    results = search_each([column.values for column in plain], families)
    return [_inside(*found) for found in zip(plain, results, strict=True)]


def _plain(column: Distinct) -> Distinct:
    """Return a column with its values in plain characters, and the hashes of these."""
    values, new = plain_values(column.values)
    if new is None:
        return column
    return Distinct(values, column.counts, np.where(new, hash64(binary(values)), column.hashes))


def _inside(column: Distinct, results: Sequence[Result]) -> Inside:
    """Return what a column holds by what was found of every shape."""
    values, counts, hashes = column
    tallies = _tallied(values, counts, results)
    merged = {entity: united(len(values), tally.hits) for entity, tally in tallies.items()}
    entities = {
        entity: _found(merged[entity], tally, counts, hashes)
        for entity, tally in tallies.items()
        if tally.tried or tally.bare_tried
    }
    undecided = {result.shape.entity for result in results if result.shape.decided_later}
    return Inside(entities, _together(len(values), counts, merged, undecided))


def _tallied(values: pa.LargeStringArray, counts: Counts, results: Sequence[Result]) -> dict[str, _Tally]:
    """Return what was found of each entity, without what the sure shapes of others explain."""
    tallies: dict[str, _Tally] = {}
    for result in results:
        shape = result.shape
        hits, attempts = _unexplained(values, result, results)
        tally = tallies.setdefault(shape.entity, _Tally())
        tally.hits.append(hits)
        cells = int(counts[_marked(len(values), attempts, hits.places)].sum())
        if shape.bare:
            tally.bare_tried += cells
        else:
            tally.tried += cells
            if shape.disproved and not shape.planned:
                _count_ways(tally.written, counts, result, attempts, hits)
    return tallies


def _unexplained(
    values: pa.LargeStringArray, result: Result, results: Sequence[Result]
) -> tuple[Hits, Places]:
    """Return the hits and the attempts of a shape that no sure shape explains."""
    hits, attempts = result.hits, result.attempts.places
    if result.shape.by_user:
        return hits, attempts
    for other in results:
        if other.shape.sure and other.shape is not result.shape and len(other.hits.places):
            hits = yielding(values, result.shape, hits, other.shape, other.hits)
            attempts = without(len(values), attempts, other.hits.places)
    return hits, attempts


def _marked(n: int, *places: Places) -> Mask:
    """Return a mask of `n` values that is true at any of the places."""
    mask = np.zeros(n, bool)
    for some in places:
        mask[some] = True
    return mask


def _count_ways(
    written: dict[int, int], counts: Counts, result: Result, attempts: Places, hits: Hits
) -> None:
    """Count the ways in which attempts are written.

    What passed counts as it is written itself, the rest as the first match of the cell is.
    """
    way = np.full(len(counts), UNWRITTEN)
    way[result.attempts.places] = result.attempts.written
    if result.shape.checks and not hits.entire.all():
        parts = hits.filter(~hits.entire)
        way[parts.places] = ways_of_writing(parts.texts, Clean.of(parts.texts))
    some = _marked(len(counts), attempts, hits.places)
    cells = np.bincount(way[some] - UNWRITTEN, counts[some])
    for at in np.flatnonzero(cells).tolist():
        written[at + UNWRITTEN] = written.get(at + UNWRITTEN, 0) + round(cells[at])


def _found(hits: Hits, tally: _Tally, counts: Counts, hashes: Hashes) -> Found:
    times = counts[hits.places]
    known = np.empty(len(hits.places), np.uint64)
    known[hits.entire] = hashes[hits.places[hits.entire]]
    if not hits.entire.all():
        known[~hits.entire] = hash64(binary(hits.texts.filter(pa.array(~hits.entire))))
    return Found(
        cells=int(times.sum()),
        tried=tally.tried + tally.bare_tried,
        bare=int(times[hits.bare].sum()),
        bare_tried=tally.bare_tried,
        values=Sketch.of(hits.texts, times, CANDIDATES, known),
        written=tally.written,
    )


def _together(n: int, counts: Counts, merged: Mapping[str, Hits], undecided: Collection[str]) -> Sketch:
    """Return which entities share a cell, and how often.

    What was found is added for entities that are decided when the verdict is asked for.
    """
    times = np.zeros(n, np.int64)
    for hits in merged.values():
        times[hits.places] += 1
    cells = np.flatnonzero(times > 1)
    if not len(cells):
        return Sketch.empty(CANDIDATES)
    names = np.full(len(cells), "", object)
    for entity, hits in merged.items():
        at, there = shared(n, cells, hits.places)
        name = _BETWEEN_ENTITIES + entity
        if entity in undecided:
            texts = decoded(hits.texts.take(pa.array(there)))
            names[at] += np.array([f"{name}{_BEFORE_TEXT}{text}" for text in texts], object)
        else:
            bare = f"{name}{_BEFORE_TEXT}{BARE}"
            names[at] += np.where(hits.bare[there], bare, name).astype(object)
    return Sketch.of(pa.array([name[1:] for name in names], pa.large_string()), counts[cells], CANDIDATES)

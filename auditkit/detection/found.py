"""What the cells of a column hold, shape by shape: exact counts for cells, and a sample of what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.hits import (
    UNWRITTEN,
    Attempts,
    Hits,
    Places,
    Search,
    decoded,
    matching,
    shared,
    united,
    without,
    writing,
    yielding,
)
from auditkit.detection.shapes import Clean, Family, Shape
from auditkit.detection.sketch import Counts, Hashes, Sketch, binary, hash64

CANDIDATES = 10_000
"""How many distinct candidates of an entity are kept for a column; with fewer, what Python recognisers say of
them is exact.
"""

_FIRST = 256
"""How many values tell what most of them are."""


@dataclass(frozen=True, repr=False)
class Found:
    """What holds an entity: `+` is that of both.

    Attributes:
        cells: how many cells hold it.
        tried: how many looked like it before its check.
        bare: how many of `cells` are digits without a form of their own; the others are written as only this
            entity is.
        bare_tried: how many of `tried` are.
        values: a sample of what was found.
        written: how many of `tried` are written in which way, less those that are bare.
    """

    cells: int
    tried: int
    bare: int
    bare_tried: int
    values: Sketch
    written: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Found) -> Found:
        return Found(
            self.cells + other.cells,
            self.tried + other.tried,
            self.bare + other.bare,
            self.bare_tried + other.bare_tried,
            self.values + other.values,
            {
                way: self.written.get(way, 0) + other.written.get(way, 0)
                for way in self.written.keys() | other.written.keys()
            },
        )

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Found(cells={self.cells}, tried={self.tried}, values={self.values!r})"


@dataclass(frozen=True, repr=False)
class Inside:
    """What cells hold, entity by entity, and which entities share a cell: `+` is that of both columns.

    `together` counts the cells that hold more than one entity, by which they are and what was found: with the
    counts of each entity that gives the exact number of cells that hold any of several entities. `?` stands
    for bare digits, and what was found is named only where Python has the last word on it.
    """

    entities: Mapping[str, Found] = field(default_factory=dict)
    together: Sketch = field(default_factory=lambda: Sketch.empty(CANDIDATES))

    def __add__(self, other: Inside) -> Inside:
        merged = {
            e: self.entities[e] + other.entities[e] if e in other.entities else self.entities[e]
            for e in self.entities
        }
        return Inside(
            merged | {e: f for e, f in other.entities.items() if e not in merged},
            self.together + other.together,
        )

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Inside({dict(self.entities)!r})"

    def union(self, counts: Mapping[str, int], accepts: Callable[[str, str], bool]) -> int:
        """Return how many cells hold at least one of some entities.

        Args:
            counts: in how many cells each of them is.
            accepts: whether what was found of an entity is counted as one, where that is decided by looking
                at it.
        """
        overlap = 0
        for text, n in zip(self.together.texts(), self.together.counts, strict=True):
            held = sum(
                e in counts and accepts(e, value)
                for e, _, value in (part.partition("\x1e") for part in text.split("\x1f"))
            )
            overlap += max(held - 1, 0) * int(n)
        return sum(counts.values()) - overlap


def found(
    values: pa.LargeStringArray, counts: Counts, families: Sequence[Family], hashes: Hashes | None = None
) -> Inside:
    """Return what distinct values that occur so often hold.

    Args:
        values: the values.
        counts: how often each occurs.
        families: what to look for.
        hashes: the hash of each value, where it is known.

    What most values are is looked for first. Of the other families, one pass tells which values hold anything
    at all. Where one text is two things, the longer verified one wins: digits inside an account number are no
    telephone number, and a social security number is none either.
    """
    hashes = hash64(binary(values)) if hashes is None else hashes
    searched = Search(values)
    usual = _usual(values, families)
    for family in sorted(usual, key=lambda family: not any(shape.sure for shape in family.shapes)):
        searched.family(family, searched.everything)
    others = [family for family in families if family not in usual]
    some = matching(values, searched.everything, _joined(others)) if others else searched.everything[:0]
    for family in others if len(some) else ():
        searched.family(family, some)
    order = {
        id(shape): at for at, shape in enumerate(shape for family in families for shape in family.shapes)
    }
    raw = sorted(searched.raw, key=lambda entry: order[id(entry[0])])
    hits: dict[str, list[Hits]] = {}
    tried: dict[str, list[int]] = {}
    written: dict[str, dict[int, int]] = {}
    for shape, attempts, these in raw:
        matched = attempts.where
        left = these
        for other, _, others_hits in raw:
            if other.sure and other is not shape and len(others_hits.where) and not shape.stated:
                left = yielding(values, shape, left, other, others_hits)
                matched = without(
                    len(values), matched, others_hits.where
                )  # what another shape explains was no attempt
        hits.setdefault(shape.entity, []).append(left)
        tried.setdefault(shape.entity, [0, 0])[shape.whole and shape.weak] += _sum(
            counts, matched, left.where
        )
        if shape.disproved and not shape.planned and not (shape.whole and shape.weak):
            _add(written.setdefault(shape.entity, {}), counts, shape, attempts, matched, left)
    merged = {entity: united(len(values), parts) for entity, parts in hits.items()}
    entities = {
        entity: replace(_counted(h, counts, hashes, *tried[entity]), written=written.get(entity, {}))
        for entity, h in merged.items()
        if sum(tried[entity])
    }
    return Inside(
        entities,
        _together(len(values), counts, merged, {shape.entity for shape, _, _ in raw if shape.decided_later}),
    )


def _usual(values: pa.LargeStringArray, families: Sequence[Family]) -> list[Family]:
    """Return the families whose gate most values pass, by a look at the first of them: these are asked about
    alone.
    """
    few = values.slice(0, _FIRST)
    if (
        len(values) <= _FIRST
        or 2 * (pc.sum(pc.match_substring_regex(few, _joined(families))).as_py() or 0) < _FIRST
    ):
        return []
    return [
        family
        for family in families
        if 2 * (pc.sum(pc.match_substring_regex(few, family.gate)).as_py() or 0) >= _FIRST
    ]


def _counted(hits: Hits, counts: Counts, hashes: Hashes, written_tried: int, bare_tried: int) -> Found:
    times = counts[hits.where]
    bare = int(times[hits.bare].sum())
    known = np.empty(len(hits.where), np.uint64)
    known[hits.entire] = hashes[hits.where[hits.entire]]
    if not hits.entire.all():
        known[~hits.entire] = hash64(binary(hits.what.filter(pa.array(~hits.entire))))
    return Found(
        int(times.sum()),
        written_tried + bare_tried,
        bare,
        bare_tried,
        Sketch.of(hits.what, times, CANDIDATES, known),
    )


def _add(
    written: dict[int, int], counts: Counts, shape: Shape, attempts: Attempts, matched: Places, left: Hits
) -> None:
    """Count the ways in which attempts are written: what passed as it is written, else as the first match of
    the cell is.
    """
    way = np.full(len(counts), UNWRITTEN)
    way[attempts.where] = attempts.written
    some = np.zeros(len(counts), bool)
    some[matched] = some[left.where] = True
    if shape.checks and not left.entire.all():
        parts = left.filter(~left.entire)
        way[parts.where] = writing(parts.what, Clean.of(parts.what))
    cells = np.bincount(way[some] - UNWRITTEN, counts[some])
    for at in np.flatnonzero(cells).tolist():
        written[at + UNWRITTEN] = written.get(at + UNWRITTEN, 0) + round(cells[at])


def _joined(families: Sequence[Family]) -> str:
    return "|".join(f"(?:{family.gate})" for family in families)


def _sum(counts: Counts, *places: Places) -> int:
    """Return how many cells there are at any of the places."""
    some = np.zeros(len(counts), bool)
    for where in places:
        some[where] = True
    return int(counts[some].sum())


def _together(n: int, counts: Counts, merged: Mapping[str, Hits], undecided: Iterable[str]) -> Sketch:
    """Return which entities share a cell, and how often; with what was found of those that are decided when
    the verdict is asked for.
    """
    times = np.zeros(n, np.int64)
    for h in merged.values():
        times[h.where] += 1
    cells = np.flatnonzero(times > 1)
    if not len(cells):
        return Sketch.empty(CANDIDATES)
    names = np.full(len(cells), "", object)
    for entity, h in merged.items():
        at, there = shared(n, cells, h.where)
        if entity in undecided:
            names[at] += np.array(
                [f"\x1f{entity}\x1e{text}" for text in decoded(h.what.take(pa.array(there)))], object
            )
        else:
            names[at] += np.where(h.bare[there], f"\x1f{entity}\x1e?", f"\x1f{entity}").astype(object)
    return Sketch.of(pa.array([name[1:] for name in names], pa.large_string()), counts[cells], CANDIDATES)

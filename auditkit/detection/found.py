"""What the cells of a column hold, shape by shape: exact counts for cells, and a sample of what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.shapes import Clean, Family, Shape
from auditkit.detection.sketch import Counts, Sketch

CANDIDATES = 10_000
"""How many distinct candidates of an entity are kept for a column; with fewer, what Python recognisers say of them is exact."""

Places = npt.NDArray[np.int64]
_AROUND = 7
"""A cell with fewer characters besides a verified number holds nothing else."""


@dataclass(frozen=True, repr=False)
class Found:
    """What holds an entity: `+` is that of both.

    Attributes:
        cells: how many cells hold it.
        tried: how many looked like it before its check.
        bare: how many of `cells` are digits without a form of their own; the others are written as only this entity is.
        bare_tried: how many of `tried` are.
        values: a sample of what was found.
    """

    cells: int
    tried: int
    bare: int
    bare_tried: int
    values: Sketch

    def __add__(self, other: Found) -> Found:
        return Found(
            self.cells + other.cells,
            self.tried + other.tried,
            self.bare + other.bare,
            self.bare_tried + other.bare_tried,
            self.values + other.values,
        )

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Found(cells={self.cells}, tried={self.tried}, values={self.values!r})"


@dataclass(frozen=True, repr=False)
class Inside:
    """What cells hold, entity by entity, and which entities share a cell: `+` is that of both columns.

    `together` counts the cells that hold more than one entity, by which they are and what was found: with the counts of each entity
    that gives the exact number of cells that hold any of several entities. `?` stands for bare digits, and what was found is named only
    where Python has the last word on it.
    """

    entities: Mapping[str, Found] = field(default_factory=dict)
    together: Sketch = field(default_factory=lambda: Sketch.empty(CANDIDATES))

    def __add__(self, other: Inside) -> Inside:
        merged = {e: self.entities[e] + other.entities[e] if e in other.entities else self.entities[e] for e in self.entities}
        return Inside(merged | {e: f for e, f in other.entities.items() if e not in merged}, self.together + other.together)

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Inside({dict(self.entities)!r})"

    def union(self, counts: Mapping[str, int], accepts: Callable[[str, str], bool]) -> int:
        """Return how many cells hold at least one of some entities.

        Args:
            counts: in how many cells each of them is.
            accepts: whether what was found of an entity is counted as one, where that is decided by looking at it.
        """
        overlap = 0
        for text, n in zip(self.together.texts(), self.together.counts, strict=True):
            held = sum(e in counts and accepts(e, value) for e, _, value in (part.partition("\x1e") for part in text.split("\x1f")))
            overlap += max(held - 1, 0) * int(n)
        return sum(counts.values()) - overlap


def found(values: pa.LargeStringArray, counts: Counts, families: Sequence[Family]) -> Inside:
    """Return what distinct values that occur so often hold.

    One pass tells which values hold anything at all; families and shapes then look at what remains. Where one text is two things, the
    longer verified one wins: digits inside an account number are no telephone number, and a social security number is none either.
    """
    raw: list[tuple[Shape, Places, _Hits]] = []
    some = _matching(values, np.arange(len(values)), "|".join(f"(?:{family.gate})" for family in families))
    for family in families if len(some) else ():
        where = _matching(values, some, family.gate)
        if not len(where):
            continue
        for pattern, group in groupby(family.shapes, key=lambda shape: shape.pattern):
            shapes = tuple(group)
            matched = _matching(values, where, pattern)
            if not len(matched):
                continue
            what = pc.extract_regex(_taken(values, matched), pattern).field("v")
            clean = Clean.of(what) if any(shape.checks for shape in shapes) else None
            for shape in shapes:
                bare = np.full(len(matched), shape.whole and shape.weak)
                raw.append((shape, matched, _passing(values, _Hits(matched, what, bare), shape, clean)))
    hits: dict[str, list[tuple[Shape, _Hits]]] = {}
    tried: dict[str, list[int]] = {}
    for shape, matched, these in raw:
        left = these
        for other, _, others in raw:
            if other.sure and other is not shape and len(others.where):
                left = _yielding(values, shape, left, other, others)
                matched = _without(len(values), matched, others.where)  # what another shape explains was no attempt
        hits.setdefault(shape.entity, []).append((shape, left))
        tried.setdefault(shape.entity, [0, 0])[shape.whole and shape.weak] += _sum(counts, matched, left.where)
    merged = {entity: _merged(len(values), parts) for entity, parts in hits.items()}
    entities = {entity: _counted(h, counts, *tried[entity]) for entity, h in merged.items() if sum(tried[entity])}
    return Inside(entities, _together(len(values), counts, merged, {shape.entity for shape, _, _ in raw if shape.decided_later}))


def _counted(hits: _Hits, counts: Counts, written_tried: int, bare_tried: int) -> Found:
    times = counts[hits.where]
    bare = int(times[hits.bare].sum())
    return Found(int(times.sum()), written_tried + bare_tried, bare, bare_tried, Sketch.of(hits.what, times, CANDIDATES))


@dataclass(frozen=True, repr=False)
class _Hits:
    """Which of the values hold a shape, what each holds, and whether that is bare digits."""

    where: Places
    what: pa.Array
    bare: Mask

    def filter(self, keep: Mask) -> _Hits:
        return self if keep.all() else _Hits(self.where[keep], self.what.filter(pa.array(keep)), self.bare[keep])


def _yielding(values: pa.Array, shape: Shape, mine: _Hits, other: Shape, theirs: _Hits) -> _Hits:
    """Return the hits of a shape less those that are part of what a sure shape found in the same cell.

    A cell in which either occurs more than once is looked at piece by piece.
    """
    if not len(mine.where):
        return mine
    at, there = _shared(len(values), mine.where, theirs.where)
    if not len(at):
        return mine
    cells = mine.where[at]
    keep = np.ones(len(mine.where), bool)
    same = np.asarray(pc.equal(mine.what.take(pa.array(at)), theirs.what.take(pa.array(there))))
    if same.any() and shape.whole:  # the whole cell is what the other found
        keep[at[same]] = not shape.weak
        cells, at, there = cells[~same], at[~same], there[~same]
        if not len(cells):
            return mine.filter(keep)
    own, longer = mine.what.take(pa.array(at)), theirs.what.take(pa.array(there))
    lengths, whole = (np.asarray(pc.binary_length(a.cast(pa.large_binary()))) for a in (own, _taken(values, cells)))
    wide = np.asarray(pc.binary_length(longer.cast(pa.large_binary())))
    part = np.fromiter((a in b for a, b in zip(_decoded(own), _decoded(longer), strict=True)), bool, len(cells))
    part &= (lengths < wide) | shape.weak
    alone = whole - wide < _AROUND
    replaced: dict[int, str] = {}
    keep[at[part & alone]] = False
    again = np.flatnonzero(~alone)
    if shape.whole or not len(again):
        keep[at[part]] = False
        return mine.filter(keep)
    often = np.asarray(pc.count_substring_regex(_taken(values, cells[again]), other.pattern)) > 1
    again = again[part[again] | often]
    for i, text in zip(again.tolist(), _decoded(values.take(pa.array(cells[again]))), strict=True):
        spans = list(other.find(text))
        inner = (s for s in shape.find(text) if not any(a <= s[0] and s[1] <= b and (b - a > s[1] - s[0] or shape.weak) for a, b in spans))
        first = next(inner, None)
        keep[at[i]] = first is not None
        if first is not None:
            replaced[int(at[i])] = text[slice(*first)]
    if replaced:
        what = mine.what.to_pylist()
        for i, text in replaced.items():
            what[i] = text
        mine = _Hits(mine.where, pa.array(what, mine.what.type), mine.bare)
    return mine.filter(keep)


def _merged(n: int, parts: Sequence[tuple[Shape, _Hits]]) -> _Hits:
    """Return the hits of the shapes of one entity: a cell counts once, as the first shape that finds something in it."""
    if len(parts) == 1:
        return parts[0][1]
    new = np.ones(n, bool)
    kept = []
    for _, part in parts:
        kept.append(part.filter(new[part.where]))
        new[part.where] = False
    return _Hits(np.concatenate([p.where for p in kept]), pa.concat_arrays([p.what for p in kept]), np.concatenate([p.bare for p in kept]))


def _shared(n: int, mine: Places, theirs: Places) -> tuple[Places, Places]:
    """Return where in each of two lists of places those stand that are in both."""
    position = np.full(n, -1)
    position[theirs] = np.arange(len(theirs))
    there = position[mine]
    at = np.flatnonzero(there >= 0)
    return at, there[at]


def _without(n: int, mine: Places, theirs: Places) -> Places:
    left = np.ones(n, bool)
    left[theirs] = False
    return mine[left[mine]]


def _sum(counts: Counts, *places: Places) -> int:
    """Return how many cells there are at any of the places."""
    some = np.zeros(len(counts), bool)
    for where in places:
        some[where] = True
    return int(counts[some].sum())


def _together(n: int, counts: Counts, merged: Mapping[str, _Hits], undecided: Iterable[str]) -> Sketch:
    """Return which entities share a cell, and how often; with what was found of those that are decided when the verdict is asked for."""
    times = np.zeros(n, np.int64)
    for h in merged.values():
        times[h.where] += 1
    cells = np.flatnonzero(times > 1)
    if not len(cells):
        return Sketch.empty(CANDIDATES)
    names = np.full(len(cells), "", object)
    for entity, h in merged.items():
        at, there = _shared(n, cells, h.where)
        if entity in undecided:
            names[at] += np.array([f"\x1f{entity}\x1e{text}" for text in _decoded(h.what.take(pa.array(there)))], object)
        else:
            names[at] += np.where(h.bare[there], f"\x1f{entity}\x1e?", f"\x1f{entity}").astype(object)
    return Sketch.of(pa.array([name[1:] for name in names], pa.large_string()), counts[cells], CANDIDATES)


def _taken(values: pa.Array, where: Places) -> pa.Array:
    return values if len(where) == len(values) else values.take(pa.array(where))


def _matching(values: pa.Array, where: Places, pattern: str) -> Places:
    keep: Mask = np.asarray(pc.match_substring_regex(_taken(values, where), pattern))
    return where[keep]


def _passing(values: pa.Array, hits: _Hits, shape: Shape, clean: Clean | None) -> _Hits:
    """Return the hits that pass the shape's checks; where the first match of a cell does not, the next ones are tried."""
    if shape.reject is None and not shape.checks:
        return hits
    good = shape.passes(hits.what, clean)
    passed = hits.filter(good)
    if shape.whole or good.all():
        return passed
    rest = hits.where[~good]
    again = rest[np.asarray(pc.count_substring_regex(_taken(values, rest), shape.pattern)) > 1]
    late = [
        (int(i), text[slice(*span)])
        for i, text in zip(again.tolist(), _decoded(_taken(values, again)), strict=True)
        if (span := next(shape.find(text), None))
    ]
    if not late:
        return passed
    where = np.concatenate([passed.where, np.array([i for i, _ in late], np.int64)])
    order = np.argsort(where)
    what = pa.concat_arrays([passed.what, pa.array([text for _, text in late], hits.what.type)])
    return _Hits(where[order], what.take(pa.array(order)), np.zeros(len(where), bool))


def _decoded(values: pa.Array) -> Iterable[str]:
    return (raw.decode("utf-8", "replace") for raw in values.cast(pa.large_binary()).to_pylist())

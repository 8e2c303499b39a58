"""What a personal value looks like: one pattern that RE2 and Python both read, and what a match must pass besides.

The same shape counts in whole columns (`found`) and recognises in text (`recognizers.presidio`), so the two cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Check, Mask
from auditkit.detection.sketch import Counts, Sketch, binary

CANDIDATES = 10_000
"""How many distinct candidates of an entity are kept for a column; with fewer, what Python recognisers say of them is exact."""

NUMBER = r"^\s*(?P<v>[0-9]+(?:[ \-/][0-9]+){0,6}|[0-9]{2,3}(?:\.[0-9]{2,4}){2}(?:-[0-9]{3})?[.\-][0-9]{2})(?:\.0)?\s*$"
"""A cell that is one number in groups; `.0` is what an integer column with gaps looks like once it was read as floating point."""


@dataclass(frozen=True)
class Shape:
    """The shape of one entity.

    Attributes:
        entity: its name in the vocabulary.
        pattern: finds it in a cell; the group `v` is the value. Only syntax that means the same in RE2 and in `re`.
        chance: how many unrelated values of this shape pass its check all the same.
        checks: by length, the check digits of the letters and digits of `v`, in capitals.
        reject: a value that matches this is something else (a date, a fraction).
        stdnum: a module of python-stdnum that decides about candidates when the verdict is asked for.
        whole: the pattern is of whole cells, and never found in longer text.
        score: the confidence in Presidio's sense where it is found in text.
    """

    entity: str
    pattern: str
    chance: float = 0.001
    checks: Mapping[int, Check] = field(default_factory=dict)
    reject: str | None = None
    stdnum: str | None = None
    whole: bool = False
    score: float = 0.6

    @property
    def weak(self) -> bool:
        """Whether what it finds gives way to what another shape finds in the same place."""
        return self.score < 0.5

    @cached_property
    def python(self) -> re.Pattern[str]:
        """The pattern for Python; ASCII classes, as in RE2."""
        return re.compile(self.pattern, re.ASCII)

    def passes(self, values: pa.LargeStringArray, clean: Clean | None = None) -> Mask:
        """Return which extracted values pass the reject pattern and the check digits."""
        good = np.ones(len(values), bool)
        if self.reject is not None:
            good &= ~np.asarray(pc.match_substring_regex(values, self.reject))
        return good & (clean or Clean.of(values)).checked(self.checks) if self.checks else good

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text holds this shape, check digits passed."""
        at = 0
        while match := self.python.search(text, at):  # `finditer` would eat the character that closes a match and opens the next
            start, end = match.span("v")
            if self.passes(pa.array([match["v"]], pa.large_string()))[0]:
                yield start, end
            at = max(end, match.start() + 1)


@dataclass(frozen=True)
class Family:
    """Shapes that share a cheap pattern: where it finds nothing, none of them can."""

    gate: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, repr=False)
class Found:
    """How many cells hold a shape, how many looked like it before its check, and a sample of what it was: `+` is that of both columns."""

    cells: int
    tried: int
    values: Sketch

    def __add__(self, other: Found) -> Found:
        return Found(self.cells + other.cells, self.tried + other.tried, self.values + other.values)

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"Found(cells={self.cells}, tried={self.tried}, values={self.values!r})"


_KEPT = np.array([chr(c).isalnum() and c < 128 for c in range(256)])
_UPPER = np.array([ord(chr(c).upper()) if c < 128 else c for c in range(256)], np.uint8)


@dataclass(frozen=True, repr=False)
class Clean:
    """Values without what is neither letter nor digit, in capitals, as one run of bytes."""

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def of(cls, values: pa.LargeStringArray) -> Clean:
        """Return values cleaned."""
        raw = binary(values)
        _, offsets_buffer, data_buffer = raw.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int64)[raw.offset : raw.offset + len(raw) + 1] if len(raw) else np.zeros(1, np.int64)
        data = np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]] if data_buffer is not None else np.empty(0, np.uint8)
        kept = _KEPT[data]
        return cls(_UPPER[data[kept]], np.concatenate([[0], np.cumsum(kept)])[offsets - offsets[0]])

    def checked(self, checks: Mapping[int, Check]) -> Mask:
        """Return which values pass the check of their length; a length without a check does not."""
        good = np.zeros(len(self.offsets) - 1, bool)
        lengths = np.diff(self.offsets)
        for length, check in checks.items():
            where = np.flatnonzero(lengths == length)
            if len(where):
                good[where] = check(self.data[self.offsets[where, None] + np.arange(length)])
        return good


def found(values: pa.LargeStringArray, counts: Counts, families: Sequence[Family]) -> dict[str, Found]:
    """Return what distinct values that occur so often hold, entity by entity.

    One pass tells which values hold anything at all; families and shapes then look at what remains. A weak shape does not count what
    an earlier, strong one already named in the same cell (a social security number is no telephone number).
    """
    strong: list[_Hits] = []
    hits: dict[str, list[_Hits]] = {}
    tried: dict[str, int] = {}
    some = _matching(values, np.arange(len(values)), "|".join(f"(?:{family.gate})" for family in families))
    for family in families if len(some) else ():
        where = _matching(values, some, family.gate)
        if not len(where):
            continue
        for pattern, shapes in groupby(family.shapes, key=lambda shape: shape.pattern):
            matched = _matching(values, where, pattern)
            if not len(matched):
                continue
            what = pc.extract_regex(_taken(values, matched), pattern).field("v")
            clean = Clean.of(what)
            for shape in shapes:
                this = _passing(values, _Hits(matched, what), shape, clean)
                tried[shape.entity] = tried.get(shape.entity, 0) + int(counts[matched].sum())
                if shape.weak:
                    for other in strong:
                        this = this.without(other)
                else:
                    strong.append(this)
                hits.setdefault(shape.entity, []).append(this)
    return {entity: _counted(parts, counts, tried[entity]) for entity, parts in hits.items() if tried[entity]}


@dataclass(frozen=True, repr=False)
class _Hits:
    """Which of the values hold a shape, and what each holds."""

    where: npt.NDArray[np.int64]
    what: pa.Array

    def filter(self, keep: Mask) -> _Hits:
        return self if keep.all() else _Hits(self.where[keep], self.what.filter(pa.array(keep)))

    def without(self, other: _Hits) -> _Hits:
        """Leave out the cells where the other hits are of the same text."""
        _, mine, theirs = np.intersect1d(self.where, other.where, assume_unique=True, return_indices=True)
        keep = np.ones(len(self.where), bool)
        if len(mine):
            keep[mine] = ~np.asarray(pc.equal(self.what.take(pa.array(mine)), other.what.take(pa.array(theirs))))
        return self.filter(keep)


def _counted(parts: Sequence[_Hits], counts: Counts, tried: int) -> Found:
    """Return the hits of the shapes of one entity: a cell counts once."""
    seen, kept = parts[0].where, [parts[0]]
    for part in parts[1:]:
        kept.append(part.filter(~np.isin(part.where, seen)))
        seen = np.union1d(seen, part.where)
    times = counts[np.concatenate([part.where for part in kept])]
    return Found(int(times.sum()), tried, Sketch.of(pa.concat_arrays([part.what for part in kept]), times, CANDIDATES))


def _taken(values: pa.Array, where: npt.NDArray[np.int64]) -> pa.Array:
    return values if len(where) == len(values) else values.take(pa.array(where))


def _matching(values: pa.Array, where: npt.NDArray[np.int64], pattern: str) -> npt.NDArray[np.int64]:
    keep: Mask = np.asarray(pc.match_substring_regex(_taken(values, where), pattern))
    return where[keep]


def _passing(values: pa.Array, hits: _Hits, shape: Shape, clean: Clean) -> _Hits:
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
        for i, text in zip(again, _decoded(_taken(values, again)), strict=True)
        if (span := next(shape.find(text), None))
    ]
    if not late:
        return passed
    where = np.concatenate([passed.where, np.array([i for i, _ in late], np.int64)])
    order = np.argsort(where)
    return _Hits(where[order], pa.concat_arrays([passed.what, pa.array([text for _, text in late], hits.what.type)]).take(pa.array(order)))


def _decoded(values: pa.Array) -> Iterable[str]:
    return (raw.decode("utf-8", "replace") for raw in values.cast(pa.large_binary()).to_pylist())

"""Which values hold a shape, and what each holds: where two shapes claim one text, which of them has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.shapes import Clean, Family, Shape

Places = npt.NDArray[np.int64]
_AROUND = 7
"""A cell with fewer characters besides a verified number holds nothing else."""


@dataclass(frozen=True, repr=False)
class Hits:
    """Which of the values hold a shape, what each holds, whether that is bare digits, and whether it is the
    value from end to end.
    """

    where: Places
    what: pa.Array
    bare: Mask
    entire: Mask

    def filter(self, keep: Mask) -> Hits:
        """Return some of them."""
        return (
            self
            if keep.all()
            else Hits(self.where[keep], self.what.filter(pa.array(keep)), self.bare[keep], self.entire[keep])
        )

    def sorted(self) -> Hits:
        """Return the same, in the order of the values."""
        order = np.argsort(self.where)
        return Hits(self.where[order], self.what.take(pa.array(order)), self.bare[order], self.entire[order])


@dataclass(frozen=True, repr=False)
class Attempts:
    """Which of the values look like a shape, and how each is written; see `writing`."""

    where: Places
    written: Places


@dataclass(repr=False)
class Search:
    """A search through distinct values, family by family.

    Attributes:
        values: the values.
        raw: for every shape that was found the places that look like it, and those that pass its checks.
        explained: the values that are one sure thing from end to end; only another one that is as long can be
            there too.
    """

    values: pa.LargeStringArray
    raw: list[tuple[Shape, Attempts, Hits]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.everything: Places = np.arange(len(self.values))
        self.explained: Mask = np.zeros(len(self.values), bool)

    def family(self, family: Family, where: Places) -> None:
        """Look for the shapes of a family at some places."""
        weak = all(shape.weak for shape in family.shapes)
        where = matching(self.values, where[~self.explained[where]] if weak else where, family.gate)
        if not len(where):
            return
        for pattern, group in groupby(family.shapes, key=lambda shape: shape.pattern):
            shapes = tuple(group)
            entire, part = self._split(
                where, pattern, all(shape.weak for shape in shapes), any(shape.stated for shape in shapes)
            )
            if not len(entire) + len(part):
                continue
            hits = self._read(entire, part, pattern)
            clean = Clean.of(hits.what) if any(shape.checks for shape in shapes) else None
            for shape in shapes:
                bare = np.full(len(hits.where), shape.whole and shape.weak)
                these = passing(self.values, replace(hits, bare=bare), shape, clean)
                self.raw.append((shape, attempts(hits, shape, clean, these.where), these))
                if shape.sure:
                    self.explained[these.where[these.entire]] = True

    def _split(self, where: Places, pattern: str, weak: bool, stated: bool) -> tuple[Places, Places]:
        """Return which values are a shape from end to end, a cheap question, and which of the others hold
        it.
        """
        open_to = where if stated else where[~self.explained[where]]
        complete = end_to_end(pattern)
        if complete is None:
            return where[:0], matching(self.values, open_to if weak else where, pattern)
        entire = matching(self.values, open_to if weak else where, complete)
        return entire, matching(self.values, without(len(self.values), open_to, entire), pattern)

    def _read(self, entire: Places, part: Places, pattern: str) -> Hits:
        what = taken(self.values, entire)
        if len(part):
            what = pa.concat_arrays([what, pc.extract_regex(taken(self.values, part), pattern).field("v")])
        where = np.concatenate([entire, part])
        hits = Hits(where, what, np.zeros(len(where), bool), np.arange(len(where)) < len(entire))
        return hits.sorted() if len(entire) and len(part) else hits


@cache
def end_to_end(pattern: str) -> str | None:
    r"""Return the pattern of values that are the group `v` and nothing else; None where something must stand
    around it.

    >>> end_to_end(r"(?:^|[^0-9])(?P<v>[0-9]{3}-[0-9]{2})(?:$|[^0-9])")
    '^(?:[0-9]{3}-[0-9]{2})$'
    >>> end_to_end(r"key=(?P<v>[a-z]+)") is None
    True
    """
    before, _, rest = pattern.partition("(?P<v>")
    depth, at, inside = 1, 0, False
    while depth:
        character = rest[at]
        if character == "\\":
            at += 1
        elif inside:
            inside = character != "]"
        else:
            inside = character == "["
            depth += (character == "(") - (character == ")")
        at += 1
    flags = re.match(r"(?:\(\?[a-z]+\))?", before)
    around = before + rest[at:]
    return f"{flags[0] if flags else ''}^(?:{rest[: at - 1]})$" if re.fullmatch(around, "") else None


def yielding(values: pa.Array, shape: Shape, mine: Hits, other: Shape, theirs: Hits) -> Hits:
    """Return the hits of a shape less those that are part of what a sure shape found in the same cell.

    A cell in which either occurs more than once is looked at piece by piece.
    """
    if not len(mine.where):
        return mine
    at, there = shared(len(values), mine.where, theirs.where)
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
    lengths, whole = (
        np.asarray(pc.binary_length(a.cast(pa.large_binary()))) for a in (own, taken(values, cells))
    )
    wide = np.asarray(pc.binary_length(longer.cast(pa.large_binary())))
    part = np.fromiter((a in b for a, b in zip(decoded(own), decoded(longer), strict=True)), bool, len(cells))
    part &= (lengths < wide) | shape.weak
    alone = whole - wide < _AROUND
    replaced: dict[int, str] = {}
    keep[at[part & alone]] = False
    again = np.flatnonzero(~alone)
    if shape.whole or not len(again):
        keep[at[part]] = False
        return mine.filter(keep)
    often = np.asarray(pc.count_substring_regex(taken(values, cells[again]), other.pattern)) > 1
    again = again[part[again] | often]
    for i, text in zip(again.tolist(), decoded(values.take(pa.array(cells[again]))), strict=True):
        spans = list(other.find(text))
        inner = (
            s
            for s in shape.find(text)
            if not any(a <= s[0] and s[1] <= b and (b - a > s[1] - s[0] or shape.weak) for a, b in spans)
        )
        first = next(inner, None)
        keep[at[i]] = first is not None
        if first is not None:
            replaced[int(at[i])] = text[slice(*first)]
    if replaced:
        what, entire = mine.what.to_pylist(), mine.entire.copy()
        for i, text in replaced.items():
            what[i], entire[i] = text, False
        mine = replace(mine, what=pa.array(what, mine.what.type), entire=entire)
    return mine.filter(keep)


def united(n: int, parts: Sequence[Hits]) -> Hits:
    """Return the hits of the shapes of one entity: a cell counts once, as the first shape that finds
    something in it.
    """
    if len(parts) == 1:
        return parts[0]
    new = np.ones(n, bool)
    kept = []
    for part in parts:
        kept.append(part.filter(new[part.where]))
        new[part.where] = False
    return _joined(kept)


def _joined(parts: Sequence[Hits]) -> Hits:
    where, bare, entire = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("where", "bare", "entire")
    )
    return Hits(where, pa.concat_arrays([part.what for part in parts]), bare, entire)


def shared(n: int, mine: Places, theirs: Places) -> tuple[Places, Places]:
    """Return where in each of two lists of places those stand that are in both."""
    position = np.full(n, -1)
    position[theirs] = np.arange(len(theirs))
    there = position[mine]
    at = np.flatnonzero(there >= 0)
    return at, there[at]


def without(n: int, mine: Places, theirs: Places) -> Places:
    """Return the places of a list that are not in another one."""
    left = np.ones(n, bool)
    left[theirs] = False
    return mine[left[mine]]


def taken(values: pa.Array, where: Places) -> pa.Array:
    """Return the values at some places, which are in order."""
    return values if len(where) == len(values) else values.take(pa.array(where))


def matching(values: pa.Array, where: Places, pattern: str) -> Places:
    """Return which of some places, in order, hold a pattern."""
    if not len(where):
        return where
    keep: Mask = np.asarray(pc.match_substring_regex(taken(values, where), pattern))
    return where[keep]


def attempts(hits: Hits, shape: Shape, clean: Clean | None, passed: Places) -> Attempts:
    """Return what its check may tell from real ones: what is known to be something else is no attempt."""
    written = (
        np.full(len(hits.where), UNWRITTEN)
        if clean is None or not shape.checks
        else writing(hits.what, clean)
    )
    if shape.reject is None or not shape.disproved or len(passed) == len(hits.where):
        return Attempts(hits.where, written)
    failed = np.flatnonzero(~np.isin(hits.where, passed))
    other = np.asarray(pc.match_substring_regex(hits.what.take(pa.array(failed)), shape.reject))
    left = np.ones(len(hits.where), bool)
    left[failed[other]] = False
    return Attempts(hits.where[left], written[left])


UNWRITTEN = -1
"""Where check digits are no matter, all are written alike."""


def writing(values: pa.Array, clean: Clean) -> Places:
    """Return how numbers are written: how many letters and digits, and how many characters between them."""
    kept = np.diff(clean.offsets)
    return np.asarray(
        kept * 256
        + np.minimum(np.asarray(pc.binary_length(values.cast(pa.large_binary()))), 128)
        - np.minimum(kept, 128)
    )


def passing(values: pa.Array, hits: Hits, shape: Shape, clean: Clean | None) -> Hits:
    """Return the hits that pass the shape's checks; where the first match of a cell does not, the next ones
    are tried.
    """
    if not shape.tested:
        return hits
    good = shape.passes(hits.what, clean)
    passed = hits.filter(good)
    if shape.whole or good.all():
        return passed
    rest = hits.where[~good]
    again = rest[shape.repeats(taken(values, rest))]
    texts = list(decoded(taken(values, again)))
    late = [
        (int(i), text[slice(*span)])
        for i, text, span in zip(again.tolist(), texts, shape.firsts(texts), strict=True)
        if span is not None
    ]
    if not late:
        return passed
    not_so = np.zeros(len(late), bool)
    found_later = Hits(
        np.array([i for i, _ in late], np.int64),
        pa.array([text for _, text in late], hits.what.type),
        not_so,
        not_so,
    )
    return _joined([passed, found_later]).sorted()


def decoded(values: pa.Array) -> Iterable[str]:
    """Return values as text; what is no UTF-8 is replaced."""
    return (raw.decode("utf-8", "replace") for raw in values.cast(pa.large_binary()).to_pylist())

"""A search through distinct values, family by family of shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.hits import Hits, Places, decoded, joined, lengths, matching, taken, without
from auditkit.detection.shapes import Clean, Family, Shape

UNWRITTEN = -1
"""The way in which numbers without check digits are written: all are alike."""

_SEPARATORS_AT_MOST = 128

_FIRST = 256
"""So many values say what most of them are."""


@dataclass(frozen=True, repr=False)
class Attempts:
    """Which of some values look like a shape, and in which way each is written; see `ways_of_writing`."""

    places: Places
    written: Places


class Result(NamedTuple):
    """What was found of a shape: the values that look like it, and those that pass its checks."""

    shape: Shape
    attempts: Attempts
    hits: Hits

    def within(self, start: int, end: int) -> Result:
        """Return what was found in the values from one position up to another, by their place among these."""
        tried = slice(*np.searchsorted(self.attempts.places, (start, end)).tolist())
        places, written = self.attempts.places[tried] - start, self.attempts.written[tried]
        return Result(self.shape, Attempts(places, written), self.hits.within(start, end))


def search(values: pa.LargeStringArray, families: Sequence[Family]) -> list[Result]:
    """Return what was found of every shape that some values look like, in the order of the families.

    What most values are is looked for first. For the other families, one pass says which values hold
    anything at all.
    """
    return _found(values, families, _usual(values, families))


def search_each(columns: Sequence[pa.LargeStringArray], families: Sequence[Family]) -> list[list[Result]]:
    """Return what `search` finds in the values of each column.

    Short columns are searched together: to prepare a pattern takes longer than to try it on a few values.
    """
    short = [at for at, values in enumerate(columns) if 0 < len(values) <= _FIRST]
    found = [[] if len(values) <= _FIRST else search(values, families) for values in columns]
    if not short:
        return found
    results = _found(pa.concat_arrays([columns[at] for at in short]), families, [])
    start = 0
    for at in short:
        end = start + len(columns[at])
        parts = (result.within(start, end) for result in results)
        found[at] = [part for part in parts if len(part.attempts.places) or len(part.hits.places)]
        start = end
    return found


def _found(values: pa.LargeStringArray, families: Sequence[Family], usual: Sequence[Family]) -> list[Result]:
    """Return what was found, where the usual families are looked for first."""
    running = _Search(values)
    for family in sorted(usual, key=lambda family: not any(shape.sure for shape in family.shapes)):
        running.look_for(family, running.everything)
    others = [family for family in families if family not in usual]
    some = matching(values, running.everything, _any_gate(others)) if others else running.everything[:0]
    for family in others if len(some) else ():
        running.look_for(family, some)
    order = {id(shape): at for at, shape in enumerate(s for family in families for s in family.shapes)}
    return sorted(running.results, key=lambda result: order[id(result.shape)])


def _usual(values: pa.LargeStringArray, families: Sequence[Family]) -> list[Family]:
    """Return the families whose gate most of the first values pass."""
    first = values.slice(0, _FIRST)
    if len(values) <= _FIRST or not _open_mostly(_any_gate(families), first):
        return []
    return [family for family in families if _open_mostly(family.gate, first)]


def _open_mostly(gate: str, first: pa.LargeStringArray) -> bool:
    return 2 * (pc.sum(pc.match_substring_regex(first, gate)).as_py() or 0) >= _FIRST


def _any_gate(families: Sequence[Family]) -> str:
    return "|".join(f"(?:{family.gate})" for family in families)


@dataclass(repr=False)
class _Search:
    """A search that is running.

    Attributes:
        values: the values.
        results: what was found so far.
        explained: the values that are one sure thing from end to end; only another one as long can be there.
    """

    values: pa.LargeStringArray
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.everything: Places = np.arange(len(self.values))
        self.explained: Mask = np.zeros(len(self.values), bool)

    def look_for(self, family: Family, places: Places) -> None:
        """Look for the shapes of a family at some places."""
        if all(shape.weak for shape in family.shapes):
            places = places[~self.explained[places]]
        places = matching(self.values, places, family.gate)
        if not len(places):
            return
        for _, group in groupby(family.shapes, key=lambda shape: shape.pattern):
            self._look_for_shapes(tuple(group), places)

    def _look_for_shapes(self, shapes: Sequence[Shape], places: Places) -> None:
        """Look for shapes that share a pattern."""
        entire, part = self._split(shapes, places)
        if not len(entire) + len(part):
            return
        hits = self._read(entire, part, shapes[0].pattern)
        clean = Clean.of(hits.texts) if any(shape.checks for shape in shapes) else None
        for shape in shapes:
            bare = np.full(len(hits.places), shape.bare)
            passed = _passing(self.values, replace(hits, bare=bare), shape, clean)
            self.results.append(Result(shape, _attempts(hits, shape, clean, passed.places), passed))
            if shape.sure:
                self.explained[passed.places[passed.entire]] = True

    def _split(self, shapes: Sequence[Shape], places: Places) -> tuple[Places, Places]:
        """Return which values are a shape from end to end, and which others hold it.

        The first question is cheap.
        """
        pattern = shapes[0].pattern
        by_user = any(shape.by_user for shape in shapes)
        unexplained = places if by_user else places[~self.explained[places]]
        candidates = unexplained if all(shape.weak for shape in shapes) else places
        complete = end_to_end(pattern)
        if complete is None:
            return places[:0], matching(self.values, candidates, pattern)
        entire = matching(self.values, candidates, complete)
        return entire, matching(self.values, without(len(self.values), unexplained, entire), pattern)

    def _read(self, entire: Places, part: Places, pattern: str) -> Hits:
        """Return what the values hold, where some are the pattern from end to end and others hold it."""
        texts = taken(self.values, entire)
        if len(part):
            texts = pa.concat_arrays([texts, pc.extract_regex(taken(self.values, part), pattern).field("v")])
        places = np.concatenate([entire, part])
        hits = Hits(places, texts, np.zeros(len(places), bool), np.arange(len(places)) < len(entire))
        return hits.sorted() if len(entire) and len(part) else hits


@cache
def end_to_end(pattern: str) -> str | None:
    r"""Return the pattern of values that are the group `v` and nothing else.

    There is no such pattern where something must stand around the group.

    >>> end_to_end(r"(?:^|[^0-9])(?P<v>[0-9]{3}-[0-9]{2})(?:$|[^0-9])")
    '^(?:[0-9]{3}-[0-9]{2})$'
    >>> end_to_end(r"key=(?P<v>[a-z]+)")
    """
    before, _, rest = pattern.partition("(?P<v>")
    end = _end_of_group(rest)
    flags = re.match(r"(?:\(\?[a-z]+\))?", before)
    around = before + rest[end:]
    return f"{flags[0] if flags else ''}^(?:{rest[: end - 1]})$" if re.fullmatch(around, "") else None


def _end_of_group(rest: str) -> int:
    """Return where the group that is open at the beginning of a pattern has ended."""
    depth, at, in_class = 1, 0, False
    while depth:
        character = rest[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        else:
            in_class = character == "["
            depth += (character == "(") - (character == ")")
        at += 1
    return at


def ways_of_writing(texts: pa.Array, clean: Clean) -> Places:
    """Return how numbers are written: how many letters and digits, and how many characters between them.

    Both are one number: 256 times the first, plus the second.
    """
    kept = np.diff(clean.offsets)
    longest = _SEPARATORS_AT_MOST
    return np.asarray(kept * 256 + np.minimum(lengths(texts), longest) - np.minimum(kept, longest))


def way_of_writing(text: str) -> int:
    """Return how one text is written, as `ways_of_writing` does."""
    kept, size = sum(c.isalnum() and c.isascii() for c in text), len(text.encode())
    return kept * 256 + min(size, _SEPARATORS_AT_MOST) - min(kept, _SEPARATORS_AT_MOST)


def _attempts(hits: Hits, shape: Shape, clean: Clean | None, passed: Places) -> Attempts:
    """Return the values that the shape's check tells from real ones.

    What is known to be something else is no attempt.
    """
    if clean is not None and shape.checks:
        written = ways_of_writing(hits.texts, clean)
    else:
        written = np.full(len(hits.places), UNWRITTEN)
    if shape.reject is None or not shape.disproved or len(passed) == len(hits.places):
        return Attempts(hits.places, written)
    failed = np.flatnonzero(~np.isin(hits.places, passed))
    other = np.asarray(pc.match_substring_regex(hits.texts.take(pa.array(failed)), shape.reject))
    left = np.ones(len(hits.places), bool)
    left[failed[other]] = False
    return Attempts(hits.places[left], written[left])


def _passing(values: pa.Array, hits: Hits, shape: Shape, clean: Clean | None) -> Hits:
    """Return the hits that pass the shape's checks; where the first match fails, the next ones are tried."""
    if not shape.tested:
        return hits
    good = shape.passes(hits.texts, clean)
    passed = hits.filter(good)
    if shape.whole or good.all():
        return passed
    failed = hits.places[~good]
    again = failed[shape.repeats(taken(values, failed))]
    texts = list(decoded(taken(values, again)))
    later = [
        (int(place), text[slice(*span)])
        for place, text, span in zip(again.tolist(), texts, shape.firsts(texts), strict=True)
        if span is not None
    ]
    if not later:
        return passed
    neither = np.zeros(len(later), bool)
    found_later = Hits(
        places=np.array([place for place, _ in later], np.int64),
        texts=pa.array([text for _, text in later], hits.texts.type),
        bare=neither,
        entire=neither,
    )
    return joined([passed, found_later]).sorted()

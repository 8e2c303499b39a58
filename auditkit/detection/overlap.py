"""Where two shapes claim one text: which of them has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.hits import Hits, Places, decoded, lengths, shared, taken
from auditkit.detection.shapes import Shape

_AROUND = 7
"""A cell with fewer characters besides a verified number holds nothing else."""


def yielding(values: pa.Array, shape: Shape, mine: Hits, other: Shape, theirs: Hits) -> Hits:
    """Return the hits of a shape that are no part of what a sure shape found in the same cell.

    A cell in which either occurs more than once is looked at piece by piece.
    """
    at, there = shared(len(values), mine.places, theirs.places)
    keep = np.ones(len(mine.places), bool)
    if shape.whole and len(at):
        same = _are_equal(mine, at, theirs, there)
        keep[at[same]] = not shape.weak
        at, there = at[~same], there[~same]
    if not len(at):
        return mine.filter(keep)

    cells = mine.places[at]
    part = _are_parts(mine, at, theirs, there, weak=shape.weak)
    alone = lengths(taken(values, cells)) - lengths(theirs.texts.take(pa.array(there))) < _AROUND
    keep[at[part & alone]] = False
    if shape.whole or alone.all():
        keep[at[part]] = False
        return mine.filter(keep)

    crowded = np.flatnonzero(~alone)
    often = np.asarray(pc.count_substring_regex(taken(values, cells[crowded]), other.pattern)) > 1
    crowded = crowded[part[crowded] | often]
    replaced: dict[int, str] = {}
    texts = decoded(values.take(pa.array(cells[crowded])))
    for place, text in zip(at[crowded].tolist(), texts, strict=True):
        left = _first_apart(text, shape, other)
        keep[place] = left is not None
        if left is not None:
            replaced[place] = left
    return _with_texts(mine, replaced).filter(keep)


def _are_equal(mine: Hits, at: Places, theirs: Hits, there: Places) -> Mask:
    return np.asarray(pc.equal(mine.texts.take(pa.array(at)), theirs.texts.take(pa.array(there))))


def _are_parts(mine: Hits, at: Places, theirs: Hits, there: Places, *, weak: bool) -> Mask:
    """Return which texts are a part of the other's; those of a weak shape also where they are equal."""
    own, other = mine.texts.take(pa.array(at)), theirs.texts.take(pa.array(there))
    pairs = zip(decoded(own), decoded(other), strict=True)
    inside = np.fromiter((text in longer for text, longer in pairs), bool, len(at))
    return np.asarray(inside & ((lengths(own) < lengths(other)) | weak))


def _first_apart(text: str, shape: Shape, other: Shape) -> str | None:
    """Return the first match of a shape that lies in no match of the other shape."""
    spans = list(other.find(text))
    for start, end in shape.find(text):
        if not any(a <= start and end <= b and (b - a > end - start or shape.weak) for a, b in spans):
            return text[start:end]
    return None


def _with_texts(hits: Hits, replaced: Mapping[int, str]) -> Hits:
    """Return hits that hold other texts at some positions."""
    if not replaced:
        return hits
    texts, entire = hits.texts.to_pylist(), hits.entire.copy()
    for position, text in replaced.items():
        texts[position], entire[position] = text, False
    return replace(hits, texts=pa.array(texts, hits.texts.type), entire=entire)

"""Which of some values hold a shape, what each holds, and how to work with such lists of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask

Places = npt.NDArray[np.int64]
"""Which of some values: their positions, in order unless something else is said."""


@dataclass(frozen=True, repr=False)
class Hits:
    """Which of some values hold a shape, and what each holds.

    Attributes:
        places: which of the values hold it.
        texts: what each of them holds.
        bare: whether that is bare digits, without a form of their own.
        entire: whether that is the value from end to end.
    """

    places: Places
    texts: pa.Array
    bare: Mask
    entire: Mask

    def filter(self, keep: Mask) -> Hits:
        """Return some of them."""
        if keep.all():
            return self
        return Hits(self.places[keep], self.texts.filter(pa.array(keep)), self.bare[keep], self.entire[keep])

    def within(self, start: int, end: int) -> Hits:
        """Return those in the values from one position up to another, by their place among these."""
        some = slice(*np.searchsorted(self.places, (start, end)).tolist())
        return Hits(self.places[some] - start, self.texts[some], self.bare[some], self.entire[some])

    def sorted(self) -> Hits:
        """Return the same, in the order of the values."""
        order = np.argsort(self.places)
        return Hits(
            self.places[order], self.texts.take(pa.array(order)), self.bare[order], self.entire[order]
        )


def united(n: int, parts: Sequence[Hits]) -> Hits:
    """Return the hits of all shapes of one entity in `n` values.

    A value counts once, as the first shape that finds something in it.
    """
    if len(parts) == 1:
        return parts[0]
    new = np.ones(n, bool)
    kept = []
    for part in parts:
        kept.append(part.filter(new[part.places]))
        new[part.places] = False
    return joined(kept)


def joined(parts: Sequence[Hits]) -> Hits:
    """Return hits one after the other."""
    places, bare, entire = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("places", "bare", "entire")
    )
    return Hits(places, pa.concat_arrays([part.texts for part in parts]), bare, entire)


def shared(n: int, mine: Places, theirs: Places) -> tuple[Places, Places]:
    """Return where the places that are in both of two lists stand in the first, and in the second."""
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


def taken(values: pa.Array, places: Places) -> pa.Array:
    """Return the values at some places."""
    return values if len(places) == len(values) else values.take(pa.array(places))


def matching(values: pa.Array, places: Places, pattern: str) -> Places:
    """Return which of some places hold a pattern."""
    if not len(places):
        return places
    keep: Mask = np.asarray(pc.match_substring_regex(taken(values, places), pattern))
    return places[keep]


def lengths(values: pa.Array) -> npt.NDArray[np.int64]:
    """Return the length of each value in bytes."""
    return np.asarray(pc.binary_length(values.cast(pa.large_binary())))


def decoded(values: pa.Array) -> Iterable[str]:
    """Return values as text; bytes that are no UTF-8 are replaced."""
    return (raw.decode("utf-8", "replace") for raw in values.cast(pa.large_binary()).to_pylist())

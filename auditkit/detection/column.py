"""What is remembered of a column while its cells stream by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.found import Found, Inside, found
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.shapes import STATED, Family
from auditkit.detection.sketch import Sketch, binary, hash64

if TYPE_CHECKING:
    from auditkit.dataset.textless import Smallest

SAMPLE = 4096
"""How many distinct values of a column are kept."""
TELLING = 100_000
"""Nothing is looked for in whole numbers of five digits, nor in fractions."""

_GLANCE, _UNLIKE = 4096, 0.995  # so many cells tell whether it pays to put equal ones together
_BLANK = r"\A[\s\x{a0}\x{3000}]*\z"


@dataclass(frozen=True, repr=False)
class ColumnState:
    """The state of a column: a commutative monoid under `+`, so that any partition of the cells gives the
    same state.

    `nulls` counts what holds nothing: null, the empty string and white space alone.
    """

    position: int
    rows: int = 0
    nulls: int = 0
    sample: Sketch = field(default_factory=lambda: Sketch.empty(SAMPLE))
    inside: Inside = field(default_factory=Inside)

    @classmethod
    def of(cls, position: int, cells: pa.Array, families: Sequence[Family] = FAMILIES) -> ColumnState:
        """Return the state of some cells; the families are ours, and those that a user adds."""
        values, counts = _distinct(_text(cells))
        blank = pc.match_substring_regex(values, _BLANK)
        if pc.any(blank).as_py():
            filled = pc.invert(blank)
            values, counts = values.filter(filled), counts[np.asarray(filled)]
        hashes = hash64(binary(values))
        sample, inside = Sketch.of(values, counts, SAMPLE, hashes), found(values, counts, families, hashes)
        return cls(position, len(cells), len(cells) - int(counts.sum()), sample, inside)

    @classmethod
    def drawn(cls, position: int, drawn: Smallest) -> ColumnState:
        """Return the state of a column that holds nothing to search for, drawn by its engine.

        Up to 4,096 distinct values it is the state that `of` gives; above that, parts drawn by one engine add
        up to the whole exactly, and beside others the number of distinct values is an estimate of their sum.
        """
        hashes = None if drawn.complete else drawn.hashes
        return cls(
            position,
            drawn.rows,
            drawn.rows - drawn.filled,
            Sketch.of(drawn.values, drawn.counts, SAMPLE, hashes),
        )

    def __add__(self, other: ColumnState) -> ColumnState:
        return ColumnState(
            min(self.position, other.position),
            self.rows + other.rows,
            self.nulls + other.nulls,
            self.sample + other.sample,
            self.inside + other.inside,
        )

    @cached_property
    def found(self) -> Mapping[str, Found]:
        """What the cells hold, entity by entity."""
        return {
            entity: seen for entity, seen in self.inside.entities.items() if not entity.startswith(STATED)
        }

    @cached_property
    def stated(self) -> Mapping[str, Found]:
        """What the cells hold of what a user looks for."""
        return {entity: seen for entity, seen in self.inside.entities.items() if entity.startswith(STATED)}

    def __repr__(self) -> str:
        """Return the counts; the values stay in memory."""
        return (
            f"ColumnState(rows={self.rows}, nulls={self.nulls}, sample={self.sample!r},"
            f" inside={self.inside!r})"
        )


def _text(cells: pa.Array) -> pa.LargeStringArray:
    """Return cells as text without judging it; what the dataset already gave as text is not copied."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_null(cells.type):
        return pa.nulls(len(cells), pa.large_string())
    if (
        pa.types.is_binary(cells.type)
        or pa.types.is_large_binary(cells.type)
        or pa.types.is_fixed_size_binary(cells.type)
    ):
        return pa.array(
            [None if raw is None else raw.decode("utf-8", "replace") for raw in cells.to_pylist()],
            pa.large_string(),
        )
    if pa.types.is_nested(cells.type):
        return pa.array(
            [None if cell is None else str(cell) for cell in cells.to_pylist()], pa.large_string()
        )
    if pa.types.is_large_string(cells.type):
        return cells
    return (
        (cells if pa.types.is_string(cells.type) else cells.cast(pa.string()))
        .cast(pa.large_binary())
        .view(pa.large_string())
    )


def _distinct(
    cells: pa.LargeStringArray,
) -> tuple[pa.LargeStringArray, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the values, nulls left out, and how often each occurs; where hardly one occurs twice they are
    left as they are.
    """
    if len(cells) > 4 * _GLANCE:
        glance = cells.take(np.arange(0, len(cells), len(cells) // _GLANCE)).drop_null()
        if pc.count_distinct(glance).as_py() >= _UNLIKE * len(glance) > 0:
            filled = cells.drop_null()
            return filled, np.ones(len(filled), np.int64)
    encoded = cells.dictionary_encode()
    indices = np.asarray(encoded.indices.drop_null())
    return encoded.dictionary, np.bincount(indices, minlength=len(encoded.dictionary)).astype(np.int64)

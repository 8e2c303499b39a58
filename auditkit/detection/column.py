"""What is kept of a column while its cells are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.found import Distinct, Found, Inside, found_in_each
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.shapes import BY_USER, Family
from auditkit.detection.sketch import Counts, Sketch, binary, hash64
from auditkit.detection.structure import NO_DOCUMENTS, Structure, taken_apart

if TYPE_CHECKING:
    from auditkit.dataset.textless import Smallest

SAMPLE = 4096
"""How many distinct values of a column are kept."""

TELLING = 100_000
"""Nothing is looked for in smaller whole numbers, nor in fractions."""

_GLANCE, _DIFFERENT = 4096, 0.995
"""How many cells say whether it pays to put equal ones together, and the share of distinct ones where not."""

_BLANK = r"\A[\s\x{a0}\x{3000}]*\z"


@dataclass(frozen=True, repr=False)
class ColumnState:
    """The state of a column: states add up, so any partition of the cells gives the same one.

    Attributes:
        position: where the column stands in its table.
        rows: how many cells there are.
        nulls: how many of them hold nothing: null, the empty string and white space alone.
        sample: distinct values, and how often each occurs.
        inside: what the cells hold, shape by shape.
        structure: the cells that are documents, taken apart.
    """

    position: int
    rows: int = 0
    nulls: int = 0
    sample: Sketch = field(default_factory=lambda: Sketch.empty(SAMPLE))
    inside: Inside = field(default_factory=Inside)
    structure: Structure = NO_DOCUMENTS

    @classmethod
    def of(cls, position: int, cells: pa.Array, families: Sequence[Family] = FAMILIES) -> ColumnState:
        """Return the state of some cells; a user may add to our families of shapes."""
        (state,) = cls.of_each([(position, cells)], families)
        return state

    @classmethod
    def of_each(
        cls, columns: Sequence[tuple[int, pa.Array]], families: Sequence[Family] = FAMILIES
    ) -> list[ColumnState]:
        """Return the state of each of some columns, given by their positions and cells."""
        filled = [_filled(*_distinct(_text(cells))) for _, cells in columns]
        structures = [
            taken_apart(values, counts, partial(cls.of_values, families=families))
            for values, counts in filled
        ]
        sizes = ((position, len(cells)) for position, cells in columns)
        return cls._of(list(sizes), filled, families, structures)

    @classmethod
    def of_values(
        cls, values: pa.LargeStringArray, counts: Counts, *, families: Sequence[Family] = FAMILIES
    ) -> ColumnState:
        """Return the state of distinct values, each with how often it occurs; documents stay whole."""
        (state,) = cls._of([(0, int(counts.sum()))], [_filled(values, counts)], families, [NO_DOCUMENTS])
        return state

    @classmethod
    def _of(
        cls,
        sizes: Sequence[tuple[int, int]],
        filled: Sequence[tuple[pa.LargeStringArray, Counts]],
        families: Sequence[Family],
        structures: Sequence[Structure],
    ) -> list[ColumnState]:
        """Return the states of columns by their positions and rows, their distinct values and documents."""
        columns = [Distinct(values, counts, hash64(binary(values))) for values, counts in filled]
        found = found_in_each(columns, families)
        return [
            cls(
                position,
                rows=rows,
                nulls=rows - int(column.counts.sum()),
                sample=Sketch.of(column.values, column.counts, SAMPLE, column.hashes),
                inside=inside,
                structure=structure,
            )
            for (position, rows), column, inside, structure in zip(
                sizes, columns, found, structures, strict=True
            )
        ]

    @classmethod
    def drawn(cls, position: int, drawn: Smallest) -> ColumnState:
        """Return the state of a column that holds nothing to search for, from a sample that its engine drew.

        Up to 4,096 distinct values it is the state that `of` gives. Above that, parts drawn by one engine add
        up exactly; together with other parts, the number of distinct values is an estimate.
        """
        hashes = None if drawn.complete else drawn.hashes
        return cls(
            position,
            rows=drawn.rows,
            nulls=drawn.rows - drawn.filled,
            sample=Sketch.of(drawn.values, drawn.counts, SAMPLE, hashes),
        )

    def __add__(self, other: ColumnState) -> ColumnState:
        return ColumnState(
            min(self.position, other.position),
            self.rows + other.rows,
            self.nulls + other.nulls,
            self.sample + other.sample,
            self.inside + other.inside,
            self.structure + other.structure,
        )

    @cached_property
    def found(self) -> Mapping[str, Found]:
        """What the cells hold, entity by entity, without what a user looks for."""
        entities = self.inside.entities.items()
        return {entity: seen for entity, seen in entities if not entity.startswith(BY_USER)}

    @cached_property
    def by_user(self) -> Mapping[str, Found]:
        """What the cells hold of what a user looks for."""
        return {entity: seen for entity, seen in self.inside.entities.items() if entity.startswith(BY_USER)}

    def __repr__(self) -> str:
        """Return the counts; the values stay in memory."""
        return (
            f"ColumnState(rows={self.rows}, nulls={self.nulls}, sample={self.sample!r},"
            f" inside={self.inside!r})"
        )


def _text(cells: pa.Array) -> pa.LargeStringArray:
    """Return cells as text, without a check that it is UTF-8; what is text already is not copied."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    kind = cells.type
    if pa.types.is_large_string(kind):
        return cells
    if pa.types.is_null(kind):
        return pa.nulls(len(cells), pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return _as_text(cells, lambda raw: raw.decode("utf-8", "replace"))
    if pa.types.is_nested(kind):
        return _as_text(cells, partial(json.dumps, ensure_ascii=False, default=str))
    text = cells if pa.types.is_string(kind) else cells.cast(pa.string())
    return text.cast(pa.large_binary()).view(pa.large_string())


def _as_text(cells: pa.Array, write: Callable[[Any], str]) -> pa.LargeStringArray:
    return pa.array([None if cell is None else write(cell) for cell in cells.to_pylist()], pa.large_string())


def _filled(values: pa.LargeStringArray, counts: Counts) -> tuple[pa.LargeStringArray, Counts]:
    """Return the values that are no white space."""
    blank = pc.match_substring_regex(values, _BLANK)
    if not pc.any(blank).as_py():
        return values, counts
    filled = pc.invert(blank)
    return values.filter(filled), counts[np.asarray(filled)]


def _distinct(cells: pa.LargeStringArray) -> tuple[pa.LargeStringArray, Counts]:
    """Return the values without nulls, and how often each occurs.

    Where hardly any value occurs twice, they stay as they are.
    """
    if len(cells) > 4 * _GLANCE:
        glance = cells.take(np.arange(0, len(cells), len(cells) // _GLANCE)).drop_null()
        if pc.count_distinct(glance).as_py() >= _DIFFERENT * len(glance) > 0:
            filled = cells.drop_null()
            return filled, np.ones(len(filled), np.int64)
    encoded = cells.dictionary_encode()
    indices = np.asarray(encoded.indices.drop_null())
    return encoded.dictionary, np.bincount(indices, minlength=len(encoded.dictionary)).astype(np.int64)

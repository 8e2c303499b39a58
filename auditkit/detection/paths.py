"""The paths of the documents in a column, as columns of the table that they would be if they were flat.

`events.payload.$.user.email` is what stands under `user` and `email` in the documents of `events.payload`.
`[*]` stands for the elements of arrays, and `*` for keys that are data, as in `{"ana@example.org": "admin"}`.
The path `*~` holds these keys themselves: they are judged as cells are, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from auditkit.detection.column import ColumnState
from auditkit.detection.found import found
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.sketch import Sketch
from auditkit.detection.structure import Place
from auditkit.detection.view import View
from auditkit.html_tables import count
from auditkit.naming.paths import ROOT, step

_RARE, _MANY_RARE = 0.05, 16
"""In which share of the objects a key is rare, and how many rare keys of one place are data and no names."""


@dataclass(frozen=True, repr=False)
class Path:
    """One path of the documents of a column.

    Attributes:
        name: its name with that of the column, as in `payload.$.user.email`.
        view: what stands there, under the name of the column in a flat table, as in `user.email`.
        cells: how many cells of the column have a value there.
        words: what a reader must know about it; empty where that is nothing.
    """

    name: str
    view: View
    cells: int
    words: str = ""


def paths(view: View, custom: Custom = NOTHING) -> list[Path]:
    """Return the paths of the documents of a column, in the order in which they stand in a document."""
    return list(_Naming(view, custom).below(view.state.structure.root, f"{view.column}{ROOT}", ()))


@dataclass(frozen=True)
class _Naming:
    """How the places in the documents of a column are named."""

    column: View
    custom: Custom

    def below(
        self, place: Place, name: str, words: tuple[str, ...], *, repeats: bool = False
    ) -> Iterator[Path]:
        """Yield the path of a place, and those of all places below it.

        Args:
            place: the place.
            name: the name of its path.
            words: the keys that lead to it.
            repeats: a cell may have several values there.
        """
        place = _without_rare_keys(place)
        if place.is_path:
            state = self._in_rows(place.values or ColumnState(0), repeats=repeats)
            yield Path(name, self._view(words, state), place.cells)
        for key, under in sorted(place.keys.items(), key=lambda item: (item[1].position, item[0])):
            yield from self.below(under, name + step(key), (*words, key), repeats=repeats)
        if len(place.names):
            keys = f"{count(place.names.distinct, 'different key')} here: they are data, and no names"
            yield Path(f"{name}.*~", self._view(words, self._of_keys(place.names)), place.nested, keys)
        if place.others is not None:
            yield from self.below(place.others, f"{name}.*", words, repeats=True)
        if place.items is not None:
            yield from self.below(place.items, f"{name}[*]", words, repeats=True)

    def _view(self, words: tuple[str, ...], state: ColumnState) -> View:
        return View(self.column.table, ".".join(words) or self.column.column, state)

    def _in_rows(self, state: ColumnState, *, repeats: bool) -> ColumnState:
        """Return the state with a cell for each row, as a flat column has it; the path may not be in all."""
        filled = state.rows - state.nulls
        rows = state.rows if repeats else max(self.column.state.rows, filled)
        return replace(state, rows=rows, nulls=rows - filled)

    def _of_keys(self, keys: Sketch) -> ColumnState:
        """Return the state of keys that are data; above some thousand different ones, of a sample of them."""
        values = pa.array(keys.texts(), pa.large_string())
        inside = found(values, keys.counts, self.custom.families)
        return ColumnState(0, rows=int(keys.counts.sum()), sample=keys, inside=inside)


def _without_rare_keys(place: Place) -> Place:
    """Return a place in which many keys that are each in few objects are taken for data."""
    rare = [name for name, below in place.keys.items() if below.times < _RARE * place.nested]
    return place.folding(rare) if len(rare) >= _MANY_RARE else place

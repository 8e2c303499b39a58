"""The documents in the cells of a column, taken apart while the column is read: what stands at each path.

A document is JSON, a dict or a list as Python writes it, an array of PostgreSQL, a list of `key=value`, or
the parameters of a URL. JSON that stands in a text of another document is taken apart too. Equal paths of all
documents are one place, and its values have a state as a column has. States of parts add up to the state of
the whole, as long as a column is within the bounds below. What is beyond them is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.parsing import document, parsed
from auditkit.detection.sketch import Counts, Sketch, binary, bytes_of
from auditkit.naming.names import kind_of_value

if TYPE_CHECKING:
    from auditkit.detection.column import ColumnState

DEEPEST = 8
"""What is nested deeper is not taken apart."""

WIDEST = 64
"""Where more keys stand at one place, they are data and no names: what is under them is one place."""

MOST_PATHS = 256
"""How many paths of one column are kept: those that most cells have."""

_MOST_VALUES = 10_000
"""How many values of one document are read."""

_MOST_PLACES, _MOST_CHARACTERS = 16 * MOST_PATHS, 8_000_000
"""How many places of the documents that are in memory at once are kept apart, and how long these are."""

_KEYS = 4096
"""How many different keys of one place are kept, where they are data."""

_LONGEST_NAME, _MOST_DIGITS = 60, 4
_BRACES = tuple(b"{[")
_DOCUMENT = r"\A(?:\s|\xEF\xBB\xBF)*[{\[]"
_PAIRS = r"\A\s*(?:[\pL_%][^=:]{0,120}=(?s:.)*=|[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s?#]+[?#][^=]+=)"
"""What begins like a list of `key=value`, or is a URL with parameters."""

Make = Callable[[pa.LargeStringArray, Counts], "ColumnState"]
"""Returns the state of values, each with how often it occurs."""


@dataclass(frozen=True)
class Place:
    """What stands at one path of the documents of a column; `+` is that of the documents of both columns.

    Attributes:
        position: where its key stands in its object, at the earliest.
        times: how often it is there.
        nested: how often an object or an array stands here.
        cells: how many cells have a value here that is not empty.
        values: the texts, numbers, and truth values here; None where only nulls and nested values are.
        keys: the places under each key of the objects here.
        wide: more keys than `WIDEST` stand here, so that `others` has them all.
        others: the place under all keys that are data.
        names: these keys.
        items: the place of the elements of the arrays here.
    """

    position: int = 0
    times: int = 0
    nested: int = 0
    cells: int = 0
    values: ColumnState | None = None
    keys: Mapping[str, Place] = field(default_factory=dict)
    wide: bool = False
    others: Place | None = None
    names: Sketch = field(default_factory=lambda: Sketch.empty(_KEYS))
    items: Place | None = None

    def __add__(self, other: Place) -> Place:
        keys = dict(self.keys)
        for name, place in other.keys.items():
            keys[name] = keys[name] + place if name in keys else place
        both = Place(
            min(self.position, other.position),
            self.times + other.times,
            self.nested + other.nested,
            self.cells + other.cells,
            _sum(self.values, other.values),
            keys,
            self.wide or other.wide,
            _sum(self.others, other.others),
            self.names + other.names,
            _sum(self.items, other.items),
        )
        return both.narrow()

    @property
    def is_path(self) -> bool:
        """Whether values stand here, or nulls alone."""
        return self.values is not None or (self.times > 0 and not self.nested)

    def narrow(self) -> Place:
        """Return the place with its keys put together where they are too many to be names."""
        if not (self.wide or len(self.keys) > WIDEST):
            return self
        return replace(self.folding(self.keys), wide=True)

    def folding(self, keys: Collection[str]) -> Place:
        """Return the place with what is under some keys put together."""
        if not keys:
            return self
        folded = [self.keys[name] for name in keys]
        texts = pa.array(list(keys), pa.large_string())
        times = np.array([place.times for place in folded], np.int64)
        return replace(
            self,
            keys={name: place for name, place in self.keys.items() if name not in keys},
            others=_sum(self.others, reduce(add, folded)),
            names=self.names + Sketch.of(texts, times, _KEYS),
        )


Route = tuple[str | int, ...]
"""The way to a place: keys, and numbers for what has none."""

_ITEMS, _OTHERS = 0, 1


@dataclass(frozen=True)
class Structure:
    """The documents in the cells of a column; `+` is that of both columns.

    Attributes:
        cells: how many cells are documents.
        root: what stands in the documents.
        cut: how many cells at most have parts that are beyond the bounds.
    """

    cells: int = 0
    root: Place = field(default_factory=Place)
    cut: int = 0

    def __add__(self, other: Structure) -> Structure:
        if not (self.cells and other.cells):
            return self if self.cells else other
        return _bounded(Structure(self.cells + other.cells, self.root + other.root, self.cut + other.cut))


NO_DOCUMENTS = Structure()


def taken_apart(values: pa.LargeStringArray, counts: Counts, make: Make) -> Structure:
    """Return the documents among the values of a column.

    Args:
        values: distinct values.
        counts: how often each occurs.
        make: returns the state of what stands at one path.
    """
    at = _like_documents(values)
    if not len(at):
        return NO_DOCUMENTS
    texts, times = binary(values).take(pa.array(at)), counts[at].tolist()
    whole, reading, size = NO_DOCUMENTS, _Reading(), 0
    for raw, n in zip(texts, times, strict=True):
        text = raw.as_py().decode("utf-8", "replace")
        reading.add(text, n)
        size += len(text)
        if size > _MOST_CHARACTERS:
            whole, reading, size = whole + reading.structure(make), _Reading(), 0
    return whole + reading.structure(make)


def _like_documents(values: pa.LargeStringArray) -> Counts:
    """Return where the values are that look like a document; the first byte of most values says it."""
    data, starts, lengths = bytes_of(binary(values))
    filled = np.flatnonzero(lengths > 1)
    first = data[starts[filled]]
    spaced = filled[(first <= ord(" ")) | (first == 0xEF)]
    like = filled[(first == _BRACES[0]) | (first == _BRACES[1])]
    if len(spaced):
        begins = pc.match_substring_regex(binary(values).take(pa.array(spaced)), _DOCUMENT)
        like = np.concatenate([like, spaced[np.asarray(begins)]])
    if b"=" in data.tobytes():
        pairs = np.flatnonzero(np.asarray(pc.match_substring_regex(binary(values), _PAIRS)))
        like = np.union1d(like, pairs)
    return np.sort(like).astype(np.int64)


@lru_cache(maxsize=10_000)
def is_name(key: str) -> bool:
    """Return whether a key names what is under it; others are data, such as an e-mail address or a number.

    >>> [is_name(key) for key in ("email", "Street Name", "line2", "ana@example.org", "2026-11-30", "u10023")]
    [True, True, True, False, False, False]
    """
    digits = sum(map(str.isdigit, key))
    if len(key) > _LONGEST_NAME or digits > _MOST_DIGITS or not any(map(str.isalpha, key)):
        return False
    return kind_of_value(key) is None


class _Growing:
    """A place of one batch, while its documents are read."""

    __slots__ = ("cells", "items", "keys", "last", "names", "nested", "others", "position", "times", "values")

    def __init__(self, position: int) -> None:
        self.position = position
        self.times = self.nested = self.cells = 0
        self.last = -1
        self.values: Counter[str] = Counter()
        self.keys: dict[str, _Growing] = {}
        self.others: _Growing | None = None
        self.names: Counter[str] = Counter()
        self.items: _Growing | None = None

    def place(self, make: Make) -> Place:
        """Return what it has grown to."""
        return Place(
            self.position,
            self.times,
            self.nested,
            self.cells,
            make(*_counted(self.values)) if self.values else None,
            {name: place.place(make) for name, place in self.keys.items()},
            others=self.others.place(make) if self.others is not None else None,
            names=Sketch.of(*_counted(self.names), _KEYS),
            items=self.items.place(make) if self.items is not None else None,
        ).narrow()


def _counted(texts: Counter[str]) -> tuple[pa.LargeStringArray, Counts]:
    values = [text.encode("utf-8", "replace").decode() for text in texts]
    return pa.array(values, pa.large_string()), np.array(list(texts.values()), np.int64)


class _Reading:
    """The documents of one batch, read one after the other."""

    def __init__(self) -> None:
        self.root = _Growing(0)
        self.cells = self.cut = 0
        self._number = self._times = self._left = 0
        self._places = _MOST_PLACES
        self._is_cut = False

    def add(self, text: str, times: int) -> None:
        """Take apart a text that stands in so many cells, where it is a document."""
        found = document(text)
        if found is None:
            return
        self._number, self._times, self._left, self._is_cut = self._number + 1, times, _MOST_VALUES, False
        self.cells += times
        self._walk(self.root, found, 0)
        self.cut += times * self._is_cut

    def structure(self, make: Make) -> Structure:
        """Return what was read."""
        if not self.cells:
            return NO_DOCUMENTS
        return _bounded(Structure(self.cells, self.root.place(make), self.cut))

    def _walk(self, place: _Growing, value: Any, depth: int) -> None:
        kind, times = type(value), self._times
        place.times += times
        if kind is tuple or kind is list:
            place.nested += times
            if depth >= DEEPEST:
                self._is_cut = True
            elif kind is tuple:
                for at, (key, part) in enumerate(value):
                    if (below := self._under(place, key, at)) is not None:
                        self._walk(below, part, depth + 1)
            else:
                for part in value:
                    place.items = place.items or _Growing(0)
                    self._walk(place.items, part, depth + 1)
        elif value is not None:
            self._keep(place, value if kind is str else "true" if value else "false", depth)

    def _keep(self, place: _Growing, text: str, depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            self._is_cut = True
            return
        if text[:1] in ("{", "[") and depth and (inner := parsed(text)) is not None:
            place.times -= self._times
            self._walk(place, inner, depth)
            return
        place.values[text] += self._times
        if place.last != self._number and text and not text.isspace():
            place.last = self._number
            place.cells += self._times

    def _under(self, place: _Growing, key: str, at: int) -> _Growing | None:
        """Return the place under a key; None where there are too many places."""
        if not is_name(key):
            place.names[key] += self._times
            if place.others is None:
                place.others = _Growing(at)
            below = place.others
        elif (known := place.keys.get(key)) is not None:
            below = known
        elif self._places:
            self._places -= 1
            below = place.keys[key] = _Growing(at)
        else:
            self._is_cut = True
            return None
        if at < below.position:
            below.position = at
        return below


def _sum(one: Any, other: Any) -> Any:
    """Return the sum of two states of which either may be missing."""
    return other if one is None else one if other is None else one + other


def _bounded(structure: Structure) -> Structure:
    """Return a structure with its most frequent paths; the others are counted as cut off."""
    every = list(_leaves(structure.root, ()))
    if len(every) <= MOST_PATHS:
        return structure
    ranked = sorted(every, key=lambda leaf: (-leaf[1].cells, len(leaf[0]), list(map(str, leaf[0]))))
    kept = {route[:end] for route, _ in ranked[:MOST_PATHS] for end in range(len(route) + 1)}
    lost = sum(place.cells for _, place in ranked[MOST_PATHS:])
    cut = min(structure.cells, structure.cut + lost)
    return Structure(structure.cells, _keeping(structure.root, (), kept), cut)


def _leaves(place: Place, route: Route) -> Iterator[tuple[Route, Place]]:
    if place.is_path:
        yield route, place
    for step, below in _below(place):
        yield from _leaves(below, (*route, step))


def _below(place: Place) -> Iterator[tuple[str | int, Place]]:
    yield from place.keys.items()
    if place.others is not None:
        yield _OTHERS, place.others
    if place.items is not None:
        yield _ITEMS, place.items


def _keeping(place: Place, route: Route, kept: Collection[Route]) -> Place:
    """Return a place with those below it that are kept."""
    left = {
        step: _keeping(below, (*route, step), kept) for step, below in _below(place) if (*route, step) in kept
    }
    return replace(
        place,
        keys={step: below for step, below in left.items() if isinstance(step, str)},
        others=left.get(_OTHERS),
        items=left.get(_ITEMS),
    )

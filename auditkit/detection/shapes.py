"""What a personal value looks like: one pattern that RE2 and Python both read, and what a match must pass besides.

The same shape counts in whole columns (`found`) and recognises in text (`recognizers.presidio`), so the two cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Check, Mask
from auditkit.detection.sketch import binary

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
        planned: candidates are looked up in the numbering plans of telephone numbers when the verdict is asked for.
        whole: the pattern is of whole cells, and never found in longer text.
        score: the confidence in Presidio's sense where it is found in text.
    """

    entity: str
    pattern: str
    chance: float = 0.001
    checks: Mapping[int, Check] = field(default_factory=dict)
    reject: str | None = None
    stdnum: str | None = None
    planned: bool = False
    whole: bool = False
    score: float = 0.6

    @property
    def weak(self) -> bool:
        """Whether what it finds gives way to what another shape finds in the same place."""
        return self.score < 0.5

    @property
    def sure(self) -> bool:
        """Whether what it finds is no part of anything else: check digits passed, or a form that nothing else has."""
        return not self.whole and (self.score >= 0.9 or (bool(self.checks) and not self.weak))

    @property
    def decided_later(self) -> bool:
        """Whether Python has the last word on what it finds."""
        return self.stdnum is not None or self.planned

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

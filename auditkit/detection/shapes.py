"""What a personal value looks like: a pattern that RE2 and Python both read, and what a match must pass.

The same shape counts cells of columns (`found`) and recognises values in text (`recognizers.presidio`), so
the two cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Check, Mask
from auditkit.detection.sketch import binary

NUMBER = (
    r"^\s*(?P<v>[0-9]+(?:[ \-/][0-9]+){0,6}"
    r"|[0-9]{2,3}(?:\.[0-9]{2,4}){2}(?:-[0-9]{3})?[.\-][0-9]{2})(?:\.0)?\s*$"
)
"""A cell that is one number in groups.

An integer column with gaps that was read as floating point has a `.0` behind each number.
"""

BY_USER = "user:"
"""What the names of a user's own shapes begin with, so that they are counted apart."""


@dataclass(frozen=True)
class Shape:
    """The shape of one entity.

    Attributes:
        entity: its name in the vocabulary.
        pattern: finds it in a cell, in syntax that means the same in RE2 and in `re`. The group `v` is the
            value; a match without it is something else.
        chance: the share of unrelated values that have this shape and pass its check.
        luck: the share of values that look like it and pass its check, at most; by default it is `chance`.
            Timestamps hold dates, and numbers handed out in turn hold a prefix, so that only the check digits
            are left to chance.
        checks: for each length, the check of the letters and digits of `v`, in capitals.
        reject: a value that matches this is something else (a date, a fraction), and was no attempt.
        invalid: a value that matches this only looks like one, as a number with a wrong check digit does.
        allowed: a value that matches this is not personal, as a user says.
        decides: whether a candidate is one, asked in text, and of a column when the verdict is asked for.
        planned: candidates are looked up in the numbering plans of telephone numbers when the verdict is
            asked for.
        whole: the pattern is of whole cells, and is never found in longer text.
        score: the confidence in Presidio's sense where it is found in text.
    """

    entity: str
    pattern: str
    chance: float = 0.001
    luck: float | None = None
    checks: Mapping[int, Check] = field(default_factory=dict)
    reject: str | None = None
    invalid: str | None = None
    allowed: str | None = None
    decides: Callable[[str], bool] | None = None
    planned: bool = False
    whole: bool = False
    score: float = 0.6

    @property
    def weak(self) -> bool:
        """Whether another shape that finds something in the same place takes precedence."""
        return self.score < 0.5

    @property
    def bare(self) -> bool:
        """Whether it finds digits without a form of their own, in whole cells."""
        return self.whole and self.weak

    @property
    def sure(self) -> bool:
        """Whether what it finds is no part of anything else.

        It passed check digits, or has a form that nothing else has.
        """
        return not self.whole and (self.score >= 0.9 or (bool(self.checks) and not self.weak))

    @property
    def tested(self) -> bool:
        """Whether a match must pass something besides the pattern."""
        patterns = (self.allowed, self.reject, self.invalid)
        return bool(self.checks) or any(pattern is not None for pattern in patterns)

    @property
    def disproved(self) -> bool:
        """Whether something besides the pattern tells a value from what only looks like one.

        Then it can be computed how many pass by chance.
        """
        return bool(self.checks) or self.invalid is not None or self.decides is not None

    @property
    def by_user(self) -> bool:
        """Whether a user gave it: then it counts wherever it matches, whatever other shapes find."""
        return self.entity.startswith(BY_USER)

    @property
    def decided_later(self) -> bool:
        """Whether Python has the last word on what it finds."""
        return self.decides is not None or self.planned

    @cached_property
    def python(self) -> re.Pattern[str]:
        """The pattern for Python; ASCII classes, as in RE2."""
        return re.compile(self.pattern, re.ASCII)

    def passes(self, values: pa.LargeStringArray, clean: Clean | None = None) -> Mask:
        """Return which extracted values match no pattern of other things, and pass the check digits."""
        good = np.ones(len(values), bool)
        for pattern in filter(None, (self.reject, self.invalid, self.allowed)):
            good &= ~np.asarray(pc.match_substring_regex(values, pattern))
        return good & (clean or Clean.of(values)).checked(self.checks) if self.checks else good

    def repeats(self, values: pa.LargeStringArray) -> Mask:
        """Return which cells may hold it again, behind the first match."""
        if self.allowed is not None:
            # the character that closes one match may open the next
            return np.ones(len(values), bool)
        again: Mask = np.asarray(pc.count_substring_regex(values, self.pattern)) > 1
        return again

    def firsts(self, texts: Sequence[str]) -> list[tuple[int, int] | None]:
        """Return where each text holds this shape for the first time, check digits passed."""
        return [next(self.find(text), None) for text in texts]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text holds this shape, check digits passed."""
        at = 0
        # `finditer` would consume the character that closes one match and opens the next
        while match := self.python.search(text, at):
            start, end = match.span("v")
            if start < 0:
                # the match is something else, and so is what stands inside it
                at = match.end()
                continue
            if self.passes(pa.array([match["v"]], pa.large_string()))[0]:
                yield start, end
            at = max(end, match.start() + 1)


@dataclass(frozen=True)
class Family:
    """Shapes that share a gate.

    Attributes:
        gate: a cheap pattern: where it finds nothing, none of the shapes can.
        shapes: the shapes.
    """

    gate: str
    shapes: tuple[Shape, ...]


def joined_gates(gates: Iterable[str]) -> str:
    r"""Return gates as one pattern; those that open at the beginning of a word share its boundary.

    So RE2 tries none of these inside words.

    >>> joined_gates([r"\bAB|C", r"\bD"])
    '\\b(?:AB|D)|C'
    """
    every = [part for gate in gates for part in re.split(r"\|(?![^(]*\))", gate)]
    at_words = sorted(part.removeprefix(r"\b") for part in every if part.startswith(r"\b"))
    shared = [rf"\b(?:{'|'.join(at_words)})"] if at_words else []
    return "|".join([*shared, *(part for part in every if not part.startswith(r"\b"))])


_LONGEST = 128
"""Twice the bytes of the longest number with check digits: a separator may stand behind each digit."""

_KEPT = np.array([chr(c).isalnum() and c < 128 for c in range(256)])
_UPPER = np.array([ord(chr(c).upper()) if c < 128 else c for c in range(256)], np.uint8)


@dataclass(frozen=True, repr=False)
class Clean:
    """The letters and digits of values, in capitals, as one run of bytes.

    Attributes:
        data: the bytes.
        offsets: where each value begins, and where the last one ends.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def of(cls, values: pa.LargeStringArray) -> Clean:
        """Return values cleaned; a long one is cut, but stays longer than anything with check digits."""
        raw = binary(values)
        if len(raw) and int(pc.max(pc.binary_length(raw)).as_py()) > _LONGEST:
            raw = pc.binary_slice(raw, 0, _LONGEST)
        _, offsets_buffer, data_buffer = raw.buffers()
        offsets = (
            np.frombuffer(offsets_buffer, np.int64)[raw.offset : raw.offset + len(raw) + 1]
            if len(raw)
            else np.zeros(1, np.int64)
        )
        data = (
            np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]]
            if data_buffer is not None
            else np.empty(0, np.uint8)
        )
        kept = _KEPT[data]
        return cls(_UPPER[data[kept]], np.concatenate([[0], np.cumsum(kept)])[offsets - offsets[0]])

    def checked(self, checks: Mapping[int, Check]) -> Mask:
        """Return which values pass the check of their length; values of other lengths do not."""
        good = np.zeros(len(self.offsets) - 1, bool)
        lengths = np.diff(self.offsets)
        for length, check in checks.items():
            where = np.flatnonzero(lengths == length)
            if len(where):
                good[where] = check(self.data[self.offsets[where, None] + np.arange(length)])
        return good

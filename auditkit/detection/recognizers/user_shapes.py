"""Shapes that a user gives: RE2 looks for them in every cell, as it does for ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.header_words import tokens
from auditkit.detection.hits import decoded
from auditkit.detection.shapes import Clean, Shape
from auditkit.policy.pattern import RE2Pattern

SURE, WEAK = 0.85, 0.5
"""The score from which a form alone is certain, and the score below which it needs a word of context."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Sought:
    """One thing that a user looks for in every cell.

    Attributes:
        entity: what it is, in the words of the user or of the vocabulary.
        category: its data category.
        score: how sure its form is, in Presidio's sense.
        context: words in the name of a column that make it sure.
        name: what the user calls the recogniser.
    """

    entity: str
    category: str | None
    score: float
    context: frozenset[str] = frozenset()
    name: str | None = None

    def near(self, column: str) -> bool:
        """Return whether the name of a column has a word of the context."""
        return bool(self.context & set(tokens(column)))

    def counts(self, column: str) -> bool:
        """Return whether what it finds in a column counts."""
        return self.score >= WEAK or self.near(column)

    def sure(self, column: str) -> bool:
        """Return whether a column that is full of it is certainly that."""
        return self.score >= SURE or self.near(column)


@dataclass(frozen=True)
class UserShape(Shape):
    """A shape that a user gave: Python never runs its pattern.

    Attributes:
        form: the pattern, in parts.
        valid: whether a match passes the user's check.
    """

    form: RE2Pattern | None = None
    valid: Callable[[str], bool] | None = None

    @property
    def weak(self) -> bool:
        """Never: no other shape takes precedence over it."""
        return False

    @property
    def sure(self) -> bool:
        """Never: it takes precedence over no other shape."""
        return False

    @property
    def tested(self) -> bool:
        """Whether a match must pass something besides the pattern."""
        return self.valid is not None or super().tested

    def passes(self, values: pa.LargeStringArray, clean: Clean | None = None) -> Mask:
        """Return which extracted values are not allowed, and pass the check."""
        good: Mask = super().passes(values, clean)
        if self.valid is None or not len(values):
            return good
        encoded = values.dictionary_encode()
        each = np.array([bool(self.valid(text)) for text in decoded(encoded.dictionary)], bool)
        good &= each[np.asarray(encoded.indices)]
        return good

    def repeats(self, values: pa.LargeStringArray) -> Mask:
        """Return which cells may hold it again, behind the first match."""
        twice = self.form.twice if self.form is not None else None
        if twice is None:
            return np.zeros(len(values), bool)
        return np.asarray(pc.match_substring_regex(values, twice))

    def firsts(self, texts: Sequence[str]) -> list[Span | None]:
        """Return where each text holds this shape for the first time, check passed."""
        found: list[Span | None] = [None] * len(texts)
        for at, span in self._matches(texts):
            found[at] = found[at] or span
        return found

    def find(self, text: str) -> Iterator[Span]:
        """Yield where a text holds this shape, check passed."""
        yield from (span for _, span in self._matches([text]))

    def _matches(self, texts: Sequence[str]) -> Iterator[tuple[int, Span]]:
        """Yield which text holds this shape where, check passed.

        RE2 goes from one match of every text to the next.
        """
        if self.form is None:
            return
        starts = dict.fromkeys(range(len(texts)), 0)
        pattern: str | None = self.form.locate
        while starts and pattern is not None:
            rest = pa.array([texts[at][start:] for at, start in starts.items()], pa.large_string())
            matches = zip(starts, pc.extract_regex(rest, pattern).to_pylist(), strict=True)
            seen = [(at, match) for at, match in matches if match is not None]
            good = self.passes(pa.array([match["v"] for _, match in seen], pa.large_string()))
            for (at, match), passed in zip(seen, good, strict=True):
                begin = starts[at] + len(match["p"])
                if passed:
                    yield at, (begin, begin + len(match["v"]))
            starts = {at: starts[at] + len(m["p"]) + len(m["v"]) - 1 for at, m in seen}
            pattern = self.form.proceed

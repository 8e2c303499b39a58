"""A column as the verdict sees it: counts, a sample of its distinct values, and lazily what they look
like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from auditkit.detection.column import ColumnState
from auditkit.detection.header import Header, read
from auditkit.detection.lexicon import fold, vocabulary
from auditkit.detection.recognizers.business import Business, business

LOOKED_AT = 1000
"""How many distinct values Python looks at; a column with fewer is judged exactly."""

_INTEGER = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?")
_DATE = re.compile(
    r"(?P<y>(?:18|19|20)\d{2})[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[T ].*)?"
    r"|(?:0?[1-9]|[12]\d|3[01])(?:[-/. ]|\. |(?:st|nd|rd|th) | de )(?:0?[1-9]|[12]\d|3[01]|[^\W\d_]{3,12}\.?)"
    r"(?:[-/. ,]{1,2}| de )(?P<z>(?:18|19|20)?\d{2})(?:[T ].*)?"
    r"|[^\W\d_]{3,12}\.? (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? (?P<v>(?:18|19|20)\d{2})"
    r"|(?P<u>(?:18|19|20)\d{2})[年년] ?(?:0?[1-9]|1[0-2])[月월] ?(?:0?[1-9]|[12]\d|3[01])[日일]"
    r"|(?P<w>(?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_DIGEST = re.compile(r"(?:0x)?(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACEHOLDERS = frozenset(
    {"n/a", "na", "nan", "null", "nil", "(null)", "<na>", "#n/a", "-", "--", "---", "?", "."}
)


@dataclass(frozen=True, repr=False)
class View:
    """One column, its name read."""

    table: str
    column: str
    state: ColumnState

    @cached_property
    def header(self) -> Header:
        """What the name says."""
        return read(self.column)

    @cached_property
    def fits(self) -> dict[tuple[str, bool], Any]:
        """What was already found out about the values, by entity and whether the name says it."""
        return {}

    @cached_property
    def known(self) -> dict[str, Mapping[str, float]]:
        """What was found out about the values and is asked for again, such as the share of valid ones by kind
        of personal number.
        """
        return {}

    @cached_property
    def business(self) -> Business | None:
        """The kind of number of a company or of goods that the values are, if they are."""
        return (
            business(self.header.tokens, self.texts)
            if self.n and self.typical_length <= 30 and not self.prose
            else None
        )

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return self.state.rows - self.state.nulls

    @cached_property
    def _looked_at(self) -> list[tuple[str, int]]:
        pairs = zip(self.state.sample.texts(LOOKED_AT), self.state.sample.counts[:LOOKED_AT], strict=True)
        stripped = [(text.strip(), int(n)) for text, n in pairs]
        return [(text, n) for text, n in stripped if text.lower() not in _PLACEHOLDERS] or stripped

    @cached_property
    def texts(self) -> list[str]:
        """Up to 1,000 distinct values, chosen by their hashes, less `N/A`, `-` and the like where there is
        anything else.
        """
        return [text for text, _ in self._looked_at]

    @cached_property
    def folded(self) -> list[str]:
        """The values in lower case without accents."""
        return [fold(text[:200]) for text in self.texts]

    @cached_property
    def weights(self) -> list[int]:
        """How often each of the values occurs."""
        return [n for _, n in self._looked_at]

    @cached_property
    def informative(self) -> int:
        """How many cells hold something other than `N/A`, `-` and the like; in proportion where not every
        value is looked at.
        """
        looked = int(sum(self.state.sample.counts[:LOOKED_AT]))
        return round(self.filled * sum(self.weights) / looked) if looked else self.filled

    @property
    def n(self) -> int:
        """How many distinct values are looked at."""
        return len(self.texts)

    @property
    def evidence_size(self) -> float:
        """How many independent observations the values are worth: values of one column resemble each other,
        so 1 to 2.
        """
        return 1 + min(1.0, float(np.log10(max(self.n, 1))))

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of the distinct values for which something holds."""
        return sum(1 for text in self.texts if holds(text)) / self.n if self.n else 0.0

    def cells(self, holds: Callable[[str], object]) -> int:
        """Return in how many cells something holds: exact while every distinct value is looked at, else in
        proportion.
        """
        looked = int(sum(self.state.sample.counts[:LOOKED_AT]))
        hit = sum(n for text, n in zip(self.texts, self.weights, strict=True) if holds(text))
        return hit if looked == self.filled else round(hit / looked * self.filled) if looked else 0

    def within(self, name: str) -> float:
        """Return the share of the distinct values that are in a closed vocabulary."""
        known = vocabulary(name)
        return sum(text in known for text in self.folded) / self.n if self.n else 0.0

    @cached_property
    def integer(self) -> float:
        """The share of whole numbers."""
        return self.share(_INTEGER.fullmatch)

    @cached_property
    def decimal(self) -> float:
        """The share of fractions; `12.0` is an integer that was read as floating point."""
        return self.share(lambda t: _DECIMAL.fullmatch(t) and not _INTEGER.fullmatch(t))

    @cached_property
    def numbers(self) -> list[float]:
        """The values that are numbers."""
        return [
            float(text.replace(",", "."))
            for text in self.texts
            if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text)
        ]

    @cached_property
    def boolean(self) -> float:
        """The share of values that are a yes, a no, or a state."""
        return self.within("BOOLEAN")

    @cached_property
    def opaque(self) -> float:
        """The share of UUIDs and digests."""
        return self.share(lambda t: _UUID.fullmatch(t) or _DIGEST.fullmatch(t))

    @cached_property
    def prose(self) -> bool:
        """Whether the cells are sentences, or documents such as JSON."""
        long = self.share(
            lambda t: len(t) >= 30 and len(_WORD.findall(t[:400])) >= 6 and len(t[:400].split()) >= 4
        )
        return self.n > 0 and (long >= 0.5 or self.share(lambda t: t[:1] in "[{" and len(t) > 15) >= 0.5)

    @property
    def typical_length(self) -> float:
        """The mean length of the distinct values, in characters."""
        return sum(map(len, self.texts)) / self.n if self.n else 0.0

    @cached_property
    def dates(self) -> float:
        """The share of days that may be a birthday."""
        return self.share(birthday)

    @cached_property
    def letters(self) -> float:
        """The share of short texts in letters that are no yes, no, or state."""
        states = vocabulary("BOOLEAN")
        return (
            sum(
                1
                for t, f in zip(self.texts, self.folded, strict=True)
                if _WORD.search(t) and len(t) <= 80 and f not in states
            )
            / self.n
            if self.n
            else 0
        )


def birth_year(text: str) -> int | None:
    """Return the year of a day from 1900 to 2099, or None where a text is no such day: the verdict reads no
    clock.

    >>> birth_year("1984-04-21"), birth_year("21.04.84"), birth_year("1799-01-01"), birth_year("12:30")
    (1984, 1984, None, None)
    >>> birth_year("Apr 21, 1984"), birth_year("21. März 1984"), birth_year("4 de mayo de 1984"), birth_year("1984年4月21日")
    (1984, 1984, 1984, 1984)
    """
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year = int(match["y"] or match["z"] or match["w"] or match["v"] or match["u"])
    if year < 100:
        year += 1900 if year > _TWO_DIGITS else 2000
    return year if 1900 <= year <= 2099 else None


_TWO_DIGITS = 25
"""Two digits above this are of the last century."""


def birthday(text: str) -> bool:
    """Return whether a text is a day that may be one of birth.

    >>> birthday("1984-04-21"), birthday("12:30")
    (True, False)
    """
    return birth_year(text) is not None

"""A column as the verdict sees it: counts, a sample of its distinct values, and what these look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from auditkit.detection.birthdays import birthday
from auditkit.detection.column import ColumnState
from auditkit.detection.header import Header, read
from auditkit.detection.markup import is_marked_up
from auditkit.detection.plain import plain_text
from auditkit.detection.recognizers.business import Business, business
from auditkit.detection.scripts import LONG_WORD
from auditkit.lexicon import close_vocabulary, fold, letters, vocabulary

LOOKED_AT = 1000
"""How many distinct values Python looks at; a column with fewer is judged exactly."""

_INTEGER = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")
_DECIMAL = re.compile(r"[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?")
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s/]")
_DIGEST = re.compile(
    r"(?:0x)?(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})|(?:[0-9a-fA-F]{2}:){15,31}[0-9a-fA-F]{2}"
)
_PLACEHOLDERS = frozenset("n/a na nan null nil (null) <na> #n/a - -- --- ? .".split())

_PARTS = re.compile(r"\s*(?:[/,;&+]|\band\b|\bor\b)\s*")
_DIGIT_OR_BRACKET = re.compile(r"[\d)\]]")
_STUCK_BEFORE = re.compile(r"^[#(]?\d{1,8}\)?\s*[-–—_.:/|]?\s*(?=[^\W\d_]{2})")
_STUCK_BEHIND = re.compile(r"(?<=[^\W\d_]{2})[ _\-]?\d{1,5}$")
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{1,40}[)\]]$")
_MOSTLY = 0.6

_FOLDED_CHARACTERS = 200
_SENTENCE, _GLANCE = 30, 400
"""The shortest sentence, and how much of a text says whether it is one, in characters."""

_LONGEST_NUMBER, _LONGEST_WORDS, _SHORTEST_DOCUMENT = 30, 80, 15


@dataclass(frozen=True, repr=False)
class View:
    """One column, with its name read.

    Shares and lengths are of the distinct values that are looked at; each is worked out when first asked for.
    """

    table: str
    column: str
    state: ColumnState

    @cached_property
    def header(self) -> Header:
        """What the name says."""
        return read(self.column)

    @cached_property
    def fits(self) -> dict[tuple[str, bool], Any]:
        """What is already known of the values, by entity and whether the name says it."""
        return {}

    @cached_property
    def objections(self) -> dict[tuple[str, bool], Any]:
        """What is already known to speak against an entity, by entity and whether the name says it."""
        return {}

    @cached_property
    def known(self) -> dict[str, Mapping[str, float]]:
        """What is already known of the values and is asked for again, such as shares of valid numbers."""
        return {}

    @cached_property
    def business(self) -> Business | None:
        """The kind of number of companies or goods that the values are, or None."""
        if not self.n or self.typical_length > _LONGEST_NUMBER or self.prose:
            return None
        return business(self.header.tokens, self.texts)

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return self.state.rows - self.state.nulls

    @cached_property
    def _looked_at(self) -> list[tuple[str, int]]:
        pairs = zip(self.state.sample.texts(LOOKED_AT), self.state.sample.counts[:LOOKED_AT], strict=True)
        stripped = [(plain_text(text).strip(), int(n)) for text, n in pairs]
        return [(text, n) for text, n in stripped if text.lower() not in _PLACEHOLDERS] or stripped

    @cached_property
    def texts(self) -> list[str]:
        """Up to 1,000 distinct values, chosen by their hashes.

        `N/A`, `-` and the like are left out where there is anything else.
        """
        return [text for text, _ in self._looked_at]

    @cached_property
    def folded(self) -> list[str]:
        """The values in lower case without accents."""
        return [fold(text[:_FOLDED_CHARACTERS]) for text in self.texts]

    @cached_property
    def bare(self) -> list[tuple[str, str]]:
        """The values, and the same folded, without the numbers that are stuck to most of them.

        `4025-Asmaa` and `Hyon784` are names with something stuck to them. Where fewer than most values have
        that, they stay as they are.
        """
        if not self.n or self.share(_has_digit_or_bracket) < _MOSTLY:
            return list(zip(self.texts, self.folded, strict=True))
        pairs = [unstuck(text) for text in self.texts]
        changed = sum(new != old for new, old in zip(pairs, self.texts, strict=True))
        if changed < _MOSTLY * self.n or len(set(pairs)) < 0.5 * self.n:
            return list(zip(self.texts, self.folded, strict=True))
        return [(text, fold(text[:_FOLDED_CHARACTERS])) for text in pairs]

    @cached_property
    def stuck(self) -> bool:
        """Whether numbers are stuck to most of the values."""
        return any(text != old for (text, _), old in zip(self.bare, self.texts, strict=True))

    @cached_property
    def weights(self) -> list[int]:
        """How often each of the values occurs."""
        return [n for _, n in self._looked_at]

    @cached_property
    def _cells_looked_at(self) -> int:
        return int(sum(self.state.sample.counts[:LOOKED_AT]))

    @cached_property
    def informative(self) -> int:
        """How many cells hold something other than `N/A`, `-` and the like.

        The number is in proportion where not every value is looked at.
        """
        looked_at = self._cells_looked_at
        return round(self.filled * sum(self.weights) / looked_at) if looked_at else self.filled

    @property
    def n(self) -> int:
        """How many distinct values are looked at."""
        return len(self.texts)

    @property
    def evidence_size(self) -> float:
        """How many independent observations the values are worth, from 1 to 2.

        Values of one column resemble each other.
        """
        return 1 + min(1.0, float(np.log10(max(self.n, 1))))

    @cached_property
    def typical_length(self) -> float:
        """The mean length of the values, in characters."""
        return sum(map(len, self.texts)) / self.n if self.n else 0.0

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of the values for which something holds."""
        return sum(1 for text in self.texts if holds(text)) / self.n if self.n else 0.0

    def cells(self, holds: Callable[[str], object]) -> int:
        """Return in how many cells something holds.

        The number is exact while every distinct value is looked at, else in proportion.
        """
        looked_at = self._cells_looked_at
        hits = sum(n for text, n in zip(self.texts, self.weights, strict=True) if holds(text))
        if looked_at == self.filled:
            return hits
        return round(hits / looked_at * self.filled) if looked_at else 0

    def within(self, name: str) -> float:
        """Return the share of the values that are in a closed vocabulary."""
        known, close = vocabulary(name), close_vocabulary(name)
        hits = sum(
            text in known or bare in close or all(part in known for part in parts)
            for text, bare, parts in self._forms
        )
        return hits / self.n if self.n else 0.0

    @cached_property
    def _forms(self) -> list[tuple[str, str, list[str]]]:
        """The values folded, their letters alone, and their parts."""
        return [(text, letters(text), _parts(text)) for text in self.folded]

    @cached_property
    def decimal(self) -> float:
        """The share of fractions; `12.0` is an integer that was read as floating point."""
        return self.share(lambda text: _DECIMAL.fullmatch(text) and not _INTEGER.fullmatch(text))

    @cached_property
    def numbers(self) -> list[float]:
        """The values that are numbers."""
        found = (text for text in self.texts if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text))
        return [float(text.replace(",", ".")) for text in found]

    @cached_property
    def boolean(self) -> float:
        """The share of values that are a yes, a no, or a state."""
        return self.within("BOOLEAN")

    @cached_property
    def urls(self) -> float:
        """The share of URLs with a scheme."""
        return self.share(_URL.match)

    @cached_property
    def opaque(self) -> float:
        """The share of UUIDs and digests."""
        return self.share(lambda text: _UUID.fullmatch(text) or _DIGEST.fullmatch(text))

    @cached_property
    def fingerprints(self) -> float:
        """The share of digests of keys, as `c3:20:...` with 16 bytes and more."""
        return self.share(lambda text: ":" in text and _DIGEST.fullmatch(text))

    @cached_property
    def uuids(self) -> float:
        """The share of UUIDs."""
        return self.share(_UUID.fullmatch)

    @cached_property
    def codes(self) -> float:
        """The share of values of one or two characters."""
        return self.share(lambda text: len(text) <= 2)

    @cached_property
    def dates(self) -> float:
        """The share of dates that may be a birthday."""
        return self.share(birthday)

    @cached_property
    def letters(self) -> float:
        """The share of short texts in letters that are no yes, no, state, or step of a scale."""
        if not self.n:
            return 0.0
        states = vocabulary("BOOLEAN") | vocabulary("SCALE")
        pairs = zip(self.texts, self.folded, strict=True)
        return (
            sum(_is_words(text) and folded.replace("_", " ") not in states for text, folded in pairs) / self.n
        )

    @cached_property
    def marked_up(self) -> bool:
        """Whether the cells are documents of HTML or XML: tags with several texts between them."""
        texts = self.state.sample.texts(LOOKED_AT)
        return bool(texts) and sum(map(_is_marked_up, texts)) >= 0.5 * len(texts)

    @cached_property
    def prose(self) -> bool:
        """Whether the cells are sentences, or documents such as JSON and HTML."""
        if not self.n:
            return False
        return self.share(_is_sentence) >= 0.5 or self.share(_is_document) >= 0.5 or self.marked_up


def _parts(text: str) -> list[str]:
    return _PARTS.split(_IN_BRACKETS.sub("", text))


def _has_digit_or_bracket(text: str) -> object:
    return _DIGIT_OR_BRACKET.search(text)


def unstuck(text: str) -> str:
    """Return a text without a number in front of it, or behind it, or in brackets behind it.

    >>> unstuck("4025-Asmaa Alhasani"), unstuck("Hyon784"), unstuck("Apr 1, 1982 (34)"), unstuck("A4")
    ('Asmaa Alhasani', 'Hyon', 'Apr 1, 1982', 'A4')
    """
    return _STUCK_BEHIND.sub("", _STUCK_BEFORE.sub("", _IN_BRACKETS.sub("", text)))


def _is_words(text: str) -> bool:
    return LONG_WORD.search(text) is not None and len(text) <= _LONGEST_WORDS


def _is_sentence(text: str) -> bool:
    start = text[:_GLANCE]
    return len(text) >= _SENTENCE and len(LONG_WORD.findall(start)) >= 6 and len(start.split()) >= 4


def _is_document(text: str) -> bool:
    return text[:1] in ("[", "{") and len(text) > _SHORTEST_DOCUMENT


def _is_marked_up(text: str) -> bool:
    return is_marked_up(text) and len([line for line in plain_text(text).splitlines() if line.strip()]) > 1

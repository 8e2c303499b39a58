"""Names of people inside sentences: the names model reads a sample of the distinct cells."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auditkit.detection import names_model
from auditkit.detection.names_model import Names
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.view import View

SENTENCES_LOOKED_AT = 64
"""How many distinct cells of a column the names model reads at most."""

_BUDGET = 1024
"""How many cells of all columns the model reads; a budget in seconds would change the answers day by day."""

_FEWEST = 8
_CHARACTERS = 480
_GLANCE = 400
_WRITTEN = [shape for shape in SHAPES if not shape.whole]
_CODE = re.compile(r"[{}<>=;|\\_\[\]]|://|/\w+/")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, repr=False)
class People:
    """What the names model saw.

    Attributes:
        held: the texts that name somebody, and how many cells hold each; empty unless two different people
            are named.
        read: how many distinct texts were read.
        of: how many distinct texts there are.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    read: int = 0
    of: int = 0

    def __repr__(self) -> str:
        """Return the counts alone."""
        return f"People({len(self.held)} of {self.read} texts)"

    @property
    def words(self) -> str:
        """What was seen, in words; empty where no names were."""
        if not self.held:
            return ""
        if self.read == self.of:
            return f"names of people in {len(self.held)} of {self.read} different texts"
        low, high = interval(len(self.held), self.read)
        return (
            f"names of people in about {len(self.held) / self.read:.0%} of the texts ({low:.0%} to {high:.0%}"
            f" at 95 % confidence; {self.read} of {self.of:,} read by the names model)"
        )


def allowance(columns: int) -> int:
    """Return how many texts of each column the model may read, if there are so many columns of sentences.

    >>> allowance(1), allowance(100)
    (64, 10)
    """
    return max(_FEWEST, min(SENTENCES_LOOKED_AT, _BUDGET // max(columns, 1)))


def sentences(view: View) -> bool:
    """Return whether the cells are sentences, HTML or XML, and no other documents, web addresses or code."""
    return view.prose and (view.marked_up or view.share(_is_sentence) >= 0.5)


def _is_sentence(text: str) -> bool:
    start = text[:_GLANCE]
    return len(_WORD.findall(start)) >= 5 and len(_CODE.findall(start)) <= len(start) / 80


def people(view: View, limit: int, names: Names | None = None) -> People:
    """Return what a model sees of people in the texts of a column.

    What other entities explain is made blank first: the name inside an e-mail address is part of the address.

    Args:
        view: the column.
        limit: how many texts the model may read.
        names: the model; ours by default.
    """
    if limit <= 0 or (names is None and not names_model.installed()) or not sentences(view):
        return People()
    texts = view.texts[:limit]
    seen = (names or names_model.model()).people([_blanked(text[:_CHARACTERS]) for text in texts])
    if len(set().union(*seen)) < 2:
        return People(read=len(texts), of=view.state.sample.distinct)
    held = {text: n for text, n, names in zip(texts, view.weights, seen, strict=False) if names}
    return People(held, len(texts), view.state.sample.distinct)


def _blanked(text: str) -> str:
    for shape in _WRITTEN:
        for start, end in shape.find(text):
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927).

    >>> [round(bound, 2) for bound in interval(8, 64)]
    [0.06, 0.23]
    """
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)

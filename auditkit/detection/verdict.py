"""What is said of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["certain", "likely", "review", "none", "empty"]

CERTAIN, LIKELY, REVIEW = 0.95, 0.65, 0.3
"""The confidence from which a column is called certain, likely, or something to look at."""


@dataclass(frozen=True)
class ColumnVerdict:
    """What personal data a column holds, and why; never a value.

    Attributes:
        table: the name of the table.
        column: the name of the column.
        entity: what it holds, in the words of `auditkit.vocabulary`; None where nothing personal was found.
        category: the data category of the entity.
        verdict: `certain`, `likely`, `review`, `none`, or `empty` (the name says personal, the column holds
            nothing).
        confidence: the probability that the entity is right, 0 to 1.
        rows: how many cells there are.
        nulls: how many of them hold nothing: null, empty, or white space.
        distinct: how many different values there are; exact up to 4,096.
        matches: how many cells look like the entity.
        method: what decided: `values`, `name`, `name and values`, `vocabulary`, `recogniser` or ``.
        contains: other entities inside the cells, with how many cells hold each.
        inside: how many cells hold any of what the column contains besides its entity.
        evidence: why, in words.
    """

    table: str
    column: str
    entity: str | None
    category: str | None
    verdict: Verdict
    confidence: float
    rows: int
    nulls: int
    distinct: int
    matches: int
    method: str = ""
    contains: Mapping[str, int] = field(default_factory=dict)
    evidence: str = ""
    inside: int = 0


def word(confidence: float) -> Verdict:
    """Return the word for a confidence.

    >>> word(0.97), word(0.7), word(0.4), word(0.1)
    ('certain', 'likely', 'review', 'none')
    """
    if confidence >= CERTAIN:
        return "certain"
    return "likely" if confidence >= LIKELY else "review" if confidence >= REVIEW else "none"

"""What the detection says about a column, and whether the names model ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Verdict = Literal["certain", "likely", "mixed", "review", "none", "empty"]

CERTAIN, LIKELY, REVIEW = 0.95, 0.65, 0.3
"""The lowest confidence of a column that is certain, likely, or for a person to review."""


@dataclass(frozen=True)
class ColumnVerdict:
    """What personal data a column holds, and why; never a value.

    Attributes:
        table: the name of the table.
        column: the name of the column.
        entity: what the column holds, in the words of `auditkit.vocabulary`; None for nothing personal. Of a
            mixed column it is what most of the cells with personal data hold.
        category: the data category of the entity.
        verdict: `certain`, `likely`, `mixed` (some cells hold personal data, but not the column as a
            whole), `review`, `none`, or `empty` (the name says personal data, but the column is empty).
        confidence: the probability that the entity is right, 0 to 1.
        rows: how many cells the column has.
        nulls: how many of them are null, empty, or white space.
        distinct: how many different values there are; exact up to 4,096.
        matches: how many cells look like the entity.
        method: what decided: `values`, `name`, `name and values`, `vocabulary`, `recogniser`, or nothing.
        contains: other entities inside the cells, with how many cells hold each; all of a mixed one.
        inside: how many cells hold any of these entities.
        evidence: why, in words.
        names_seen: in how many texts of the column the names model saw people, in words; empty where it saw
            none, or did not look.
        paths: the verdict on every path of the documents in its cells, as on a column: its name is that of
            the path, such as `payload.$.user.email`.
        cut: which parts of its documents are judged by no path, in words; empty where all are.
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
    names_seen: str = ""
    paths: tuple[ColumnVerdict, ...] = ()
    cut: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON types, one key for each attribute."""
        paths = [path.to_dict() for path in self.paths]
        return {**asdict(replace(self, paths=())), "contains": dict(self.contains), "paths": paths}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ColumnVerdict:
        """Return the verdict that `to_dict` wrote; keys of another version are left out.

        >>> seen = ColumnVerdict("guests", "mail", "EMAIL_ADDRESS", None, "certain", 0.99, 9, 0, 9, 9)
        >>> ColumnVerdict.from_dict(seen.to_dict()) == seen
        True
        """
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "paths": tuple(map(cls.from_dict, known.get("paths", ())))})


def flattened(verdicts: Iterable[ColumnVerdict]) -> Iterator[ColumnVerdict]:
    """Yield every verdict on a column, followed by those on the paths of its documents."""
    for verdict in verdicts:
        yield verdict
        yield from verdict.paths


@dataclass(frozen=True)
class NamesModel:
    """Whether a model looked for names of people inside free text.

    Attributes:
        ran: whether it did.
        sentence: what a reader must know about it; empty where the model ran.
    """

    ran: bool
    sentence: str = ""

    @classmethod
    def missing(cls) -> NamesModel:
        """Return that no model is installed, with the way to install one."""
        return cls(
            False, "Names of people inside free text were not looked for: install privacy-auditkit[ner]."
        )

    @classmethod
    def from_note(cls, note: str | None) -> NamesModel | None:
        """Return what the note of an audit means: an empty note is a model that ran; None is no profile.

        >>> NamesModel.from_note("").ran, NamesModel.from_note(NamesModel.missing().sentence).ran
        (True, False)
        >>> NamesModel.from_note(None)
        """
        return None if note is None else cls(ran=not note, sentence=note)

    def to_dict(self) -> dict[str, Any]:
        """Return the same as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> NamesModel:
        """Return what `to_dict` wrote.

        >>> NamesModel.from_dict(NamesModel.missing().to_dict()) == NamesModel.missing()
        True
        """
        return cls(bool(data["ran"]), str(data.get("sentence", "")))


def word(confidence: float) -> Verdict:
    """Return the word for a confidence.

    >>> word(0.97), word(0.7), word(0.4), word(0.1)
    ('certain', 'likely', 'review', 'none')
    """
    if confidence >= CERTAIN:
        return "certain"
    return "likely" if confidence >= LIKELY else "review" if confidence >= REVIEW else "none"

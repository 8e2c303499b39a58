"""Where the rows of a data subject are: counts, the ways that lead to them, and labels. It holds no value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from auditkit.html_tables import count
from auditkit.outcome import BLIND, Missing

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "auditkit/locate/1"


class Level(StrEnum):
    """What a row is to the data subject, the nearest first."""

    ABOUT = "about"
    LINKED = "linked"
    MENTIONED = "mentioned"


@dataclass(frozen=True)
class SoughtIdentifier:
    """One identifier of the request.

    Attributes:
        label: the label that stands for it.
        kind: what it looks like.
        tables: how many tables hold it as a whole cell.
    """

    label: str
    kind: str
    tables: int = 0


@dataclass(frozen=True)
class Way:
    """One way that leads to rows. A row that several ways reach counts in each of them.

    Attributes:
        path: `value of users.email`, `text of notes.body`, or `orders.customer_id -> customers.id`.
        origin: declared, policy or inferred for a reference; value or text for an identifier.
        confidence: high or medium.
        level: what the rows are to the data subject.
        rows: how many rows it reaches.
    """

    path: str
    origin: str
    confidence: str
    level: Level
    rows: int


@dataclass(frozen=True)
class KeptRows:
    """How many of the found rows a retention rule keeps from erasure (GDPR Art. 17(3)).

    Attributes:
        rule: the name of the rule.
        held: how many are on legal hold; None where the rule names no hold.
        within_minimum: how many are younger than the minimum period; None where the rule has no such period.
        minimum: the minimum period.
        reason: why they could not be counted; None where they were.
    """

    rule: str
    held: int | None = None
    within_minimum: int | None = None
    minimum: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class LabelledRow:
    """A row by the label of its key, and what it is to the data subject."""

    label: str
    level: Level


@dataclass(frozen=True)
class TableResult:
    """What was found in one table, every row of which was searched.

    Attributes:
        table: its name.
        kind: table, view, file and the like; rows that are erased in a table are gone from its views.
        of: how many rows it has.
        about: how many rows hold an identifier of the subject, or refer to the subject's own row.
        linked: how many rows refer to such a row, or name the subject as somebody who acted on them.
        mentioned: how many rows have an identifier of the subject inside a text.
        of_others: how many of the found rows refer to another person too, whose rights limit the copy that
            the subject may have (GDPR Art. 15(4)).
        ways: how the rows were reached.
        kept: what must not be erased of them.
        key: the columns that name a row; empty where the table has no key.
        keys: the labels of the rows, the nearest first; at most as many as the caller asked for.
    """

    table: str
    kind: str
    of: int
    about: int = 0
    linked: int = 0
    mentioned: int = 0
    of_others: int = 0
    ways: tuple[Way, ...] = ()
    kept: tuple[KeptRows, ...] = ()
    key: tuple[str, ...] = ()
    keys: tuple[LabelledRow, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were found, each counted once."""
        return self.about + self.linked + self.mentioned


@dataclass(frozen=True)
class NotSearched:
    """A table, or some of its columns, that could not be searched."""

    table: str
    missing: Missing
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Location:
    """Where the rows of one data subject are, what was searched, and what could not be.

    Attributes:
        source: the name of the source.
        as_of: the day for legal holds and minimum periods, 00:00 UTC.
        subject: the identifiers of the request, by label.
        tables: every table that was searched, also those without a row.
        not_searched: what could not be searched.
        not_followed: columns that look like references but lead to no table, so that the search could not go
            on from them.
        notes: what a person has to know to read the result.
    """

    source: str
    as_of: date
    subject: tuple[SoughtIdentifier, ...]
    tables: tuple[TableResult, ...]
    not_searched: tuple[NotSearched, ...] = ()
    not_followed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[TableResult, ...]:
        """The tables in which rows were found."""
        return tuple(t for t in self.tables if t.rows)

    @property
    def rows(self) -> int:
        """How many rows were found."""
        return sum(t.rows for t in self.tables)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 3 where something could not be searched, else 0."""
        return 3 if any(n.missing.cause in BLIND for n in self.not_searched) else 0

    @property
    def summary(self) -> str:
        """What was found, and how much was searched, in one line."""
        levels = ", ".join(f"{self._rows_at(level):,} {level.value}" for level in Level)
        found = f"{count(self.rows, 'row')} in {count(len(self.found), 'table')} ({levels})"
        unseen = {n.table for n in self.not_searched if not n.columns}
        every = count(len(self.tables) + len(unseen), "table")
        rows = count(sum(t.of for t in self.tables), "row")
        searched = f"{len(self.tables):,} of {every} searched, {rows}"
        parts = sum(bool(n.columns) for n in self.not_searched)
        return f"{found}; {searched}" + (f"; {count(parts, 'part')} not searched" if parts else "")

    def _rows_at(self, level: Level) -> int:
        return sum(getattr(t, level) for t in self.tables)

    def to_dict(self) -> dict[str, Any]:
        """Return the location as JSON types. Rows and the subject are given by their labels."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "subject": [asdict(identifier) for identifier in self.subject],
            "rows": self.rows,
            "tables": [
                {**asdict(t), "rows": t.rows, "ways": [asdict(w) for w in t.ways]} for t in self.tables
            ],
            "not_searched": [_not_searched(n) for n in self.not_searched],
            "not_followed": list(self.not_followed),
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """Return the location as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, default=list) + "\n"

    def to_text(self, *, everything: bool = True) -> str:
        """Return the location as plain text for a terminal: whole, or with the most telling on one screen."""
        from auditkit.locate.location_text import text

        return text(self, everything=everything)

    def to_pandas(self) -> pd.DataFrame:
        """Return one line for each way to rows: table, path, origin, confidence, level, rows, of."""
        import pandas as pd

        columns = ["table", "path", "origin", "confidence", "level", "rows", "of"]
        lines = [
            (t.table, w.path, w.origin, w.confidence, w.level.value, w.rows, t.of)
            for t in self.found
            for w in t.ways
        ]
        return pd.DataFrame(lines, columns=columns)

    def _repr_html_(self) -> str:
        from auditkit.locate.location_html import html

        return html(self)


def _not_searched(part: NotSearched) -> dict[str, Any]:
    return {
        "table": part.table,
        "columns": list(part.columns),
        "cause": part.missing.cause.value,
        "reason": part.missing.reason,
    }


def nearest(levels: Iterable[Level]) -> Level:
    """Return the nearest of some levels.

    >>> nearest([Level.MENTIONED, Level.ABOUT])
    <Level.ABOUT: 'about'>
    """
    return min(levels, key=list(Level).index)

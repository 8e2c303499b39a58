"""What was found of a data subject: counts, the ways that lead there, and labels of rows; no value of
anybody's data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
class Sought:
    """One identifier that was given: its label, what it looks like, and in how many tables it stands as a
    whole cell.
    """

    label: str
    kind: str
    tables: int = 0


@dataclass(frozen=True)
class Way:
    """One way that leads to rows: `value of users.email`, `text of notes.body`, `orders.customer_id ->
    customers.id`.

    `origin` is declared, policy or inferred for a reference, and value or text for an identifier;
    `confidence` is high or medium. A row that several ways reach counts in each, and once in its table.
    """

    path: str
    origin: str
    confidence: str
    level: Level
    rows: int


@dataclass(frozen=True)
class Kept:
    """Which of the found rows a retention rule keeps from erasure (Art. 17(3)): under hold, or younger than
    the minimum period.

    None where the rule names no hold or no minimum; `reason` says why nothing could be counted.
    """

    rule: str
    held: int | None = None
    within_minimum: int | None = None
    minimum: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Row:
    """A row by the label of its key, and what it is to the data subject."""

    label: str
    level: Level


@dataclass(frozen=True)
class Found:
    """What was found in one table, which was searched whole.

    Attributes:
        table: its name.
        kind: table, view, file and the like; what is erased in a table is gone from its views.
        of: how many rows it has, all of them searched.
        about: rows that carry an identifier of the subject, or refer to the subject's own row.
        linked: rows that hang on such a row, or in which the subject only had a part.
        mentioned: rows in whose texts an identifier of the subject stands.
        of_others: how many of the found rows refer to another person too, whose rights limit a copy (Art.
            15(4)).
        ways: how they were reached.
        kept: what stands against their erasure.
        key: the columns that name a row, none where the table has no key.
        keys: labels of rows, the nearest first; at most as many as were asked for.
    """

    table: str
    kind: str
    of: int
    about: int = 0
    linked: int = 0
    mentioned: int = 0
    of_others: int = 0
    ways: tuple[Way, ...] = ()
    kept: tuple[Kept, ...] = ()
    key: tuple[str, ...] = ()
    keys: tuple[Row, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were found, each counted once."""
        return self.about + self.linked + self.mentioned


@dataclass(frozen=True)
class NotSearched:
    """A table, or some of its columns, in which nothing could be looked for."""

    table: str
    missing: Missing
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Location:
    """Every row about one data subject that was found, where was looked, and where could not be.

    Attributes:
        source: what is shown of the source.
        as_of: the day for holds and minimum periods, 00:00 UTC.
        subject: the identifiers that were given, by label.
        tables: every table that was searched, those without a row too.
        not_searched: what could not be.
        not_followed: columns that look like references and lead to no table: what hangs on them was not
            looked at.
        notes: what a person has to know of how to read it.
    """

    source: str
    as_of: date
    subject: tuple[Sought, ...]
    tables: tuple[Found, ...]
    not_searched: tuple[NotSearched, ...] = ()
    not_followed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[Found, ...]:
        """The tables in which there is something."""
        return tuple(t for t in self.tables if t.rows)

    @property
    def rows(self) -> int:
        """How many rows were found."""
        return sum(t.rows for t in self.tables)

    @property
    def exit_code(self) -> int:
        """What the command exits with: 3 where something could not be searched, else 0, found or not."""
        return 3 if any(n.missing.cause in BLIND for n in self.not_searched) else 0

    @property
    def summary(self) -> str:
        """What was found and in how much, in one line."""
        levels = ", ".join(
            f"{sum(getattr(t, level) for t in self.tables):,} {level.value}" for level in Level
        )
        tables = {n.table for n in self.not_searched if not n.columns}
        parts = sum(bool(n.columns) for n in self.not_searched)
        every = count(len(self.tables) + len(tables), "table")
        searched = f"{len(self.tables):,} of {every} searched, {count(sum(t.of for t in self.tables), 'row')}"
        some = f"; {count(parts, 'part')} not searched" if parts else ""
        return f"{count(self.rows, 'row')} in {count(len(self.found), 'table')} ({levels}); {searched}{some}"

    def to_dict(self) -> dict[str, Any]:
        """Return the location as JSON types; of rows the labels, and of the subject too."""
        tables = [{**asdict(t), "rows": t.rows, "ways": [asdict(w) for w in t.ways]} for t in self.tables]
        unseen = [
            {
                "table": n.table,
                "columns": list(n.columns),
                "cause": n.missing.cause.value,
                "reason": n.missing.reason,
            }
            for n in self.not_searched
        ]
        return {
            "schema": SCHEMA, "source": self.source, "as_of": self.as_of.isoformat(),
            "subject": [asdict(s) for s in self.subject], "rows": self.rows, "tables": tables,
            "not_searched": unseen, "not_followed": list(self.not_followed), "notes": list(self.notes),
        }  # fmt: skip

    def to_json(self) -> str:
        """Return the location as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, default=list) + "\n"

    def to_text(self) -> str:
        """Return the location as plain text for a terminal."""
        from auditkit.locate.location_html import text

        return text(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each way that leads to rows of a table: table, path, origin, confidence, level,
        rows, of.
        """
        import pandas as pd

        head = ("table", "path", "origin", "confidence", "level", "rows", "of")
        told = [
            (t.table, w.path, w.origin, w.confidence, w.level.value, w.rows, t.of)
            for t in self.found
            for w in t.ways
        ]
        return pd.DataFrame(told, columns=list(head))

    def _repr_html_(self) -> str:
        from auditkit.locate.location_html import html

        return html(self)


def nearest(levels: Sequence[Level]) -> Level:
    """Return the nearest of some levels.

    >>> nearest([Level.MENTIONED, Level.ABOUT])
    <Level.ABOUT: 'about'>
    """
    return min(levels, key=list(Level).index)

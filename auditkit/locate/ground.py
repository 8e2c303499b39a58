"""What is searched: the tables, the references between them, and small questions to them; a table that fails
is not searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.locate.identifiers import Identifier, Kind
from auditkit.locate.links import Link
from auditkit.locate.matching import Condition, among, is_any, key_of, text
from auditkit.locate.places import Column, Place
from auditkit.outcome import Missing

MOST = 1_000
"""More keys than that are not fetched: the engine looks them up itself."""


@dataclass(frozen=True)
class Keys:
    """What rows are referred to by: values, or where there are too many a query for them. No repr shows
    any.
    """

    values: tuple[Any, ...] = field(default=(), repr=False)
    query: ir.Value | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.values) or self.query is not None

    def held_by(self, table: ir.Table, columns: Sequence[str]) -> ir.BooleanValue:
        """Return whether some columns of a row hold one of them."""
        if self.query is None:
            return among(table, columns, self.values)
        key = key_of(table, columns)
        if key.type().is_integer() != self.query.type().is_integer() or not (
            key.type().is_integer() or key.type().is_string()
        ):
            return text(key).isin(text(self.query)).fill_null(False)
        return key.isin(self.query).fill_null(False)


@dataclass
class Ground:
    """The tables in which to look; `unseen` says of those that failed why."""

    dataset: Dataset
    places: dict[str, Place]
    links: tuple[Link, ...]
    root: str | None = None
    unseen: dict[str, Missing] = field(default_factory=dict)

    @property
    def people(self) -> list[Place]:
        """The tables whose rows are people."""
        return [p for p in self.places.values() if p.people and p.name not in self.unseen]

    def table(self, name: str) -> ir.Table:
        """Return a table."""
        return self.dataset.tables[name]

    def to_people(self, name: str) -> tuple[Link, ...]:
        """Return the references of a table to people; a hierarchy of people is none."""
        return tuple(
            k
            for k in self.links
            if k.reference.table == name
            and not k.reference.is_self
            and self.places[k.reference.parent].people
        )

    def count(self, name: str, condition: Condition) -> int:
        """Return for how many rows of a table a condition holds; 0 of one that cannot be searched."""
        table = self.table(name)
        rows = self.fetch(name, table.aggregate(n=table.count(where=condition(table))))
        return int(rows[0]["n"] or 0) if rows else 0

    def keys(self, name: str, columns: Sequence[str], condition: Condition) -> Keys:
        """Return by what the rows of a table for which a condition holds are referred to."""
        table = self.table(name)
        chosen = table.filter(condition(table))
        key = chosen.select(auditkit_key=key_of(chosen, columns))
        key = key.filter(key.auditkit_key.notnull()).distinct()
        rows = self.fetch(name, key, MOST + 1)
        if len(rows) > MOST:
            return Keys(query=key.auditkit_key)
        return Keys(tuple(sorted((r["auditkit_key"] for r in rows), key=str)))

    def fetch(self, name: str, query: ir.Table, limit: int = MOST) -> list[dict[str, Any]]:
        """Return the rows of a query on a table; none where it fails, and then the table is not searched."""
        if name in self.unseen:
            return []
        try:
            return self.dataset.fetch(query, limit)
        except SourceError as error:
            self.unseen[name] = error.missing
            return []


def values(place: Place, identifiers: Sequence[Identifier]) -> Iterator[tuple[Column, Condition]]:
    """Yield the columns of a table that could hold one of some identifiers as a whole cell, with which rows
    do.
    """
    for column in place.columns:
        if fit := [i for i in identifiers if _fits(i, place, column)]:
            yield column, _value(column, fit)


def _value(column: Column, fit: list[Identifier]) -> Condition:
    return lambda t: is_any(t[column.name], fit, number=column.is_official, phone=column.is_phone)


def _fits(identifier: Identifier, place: Place, column: Column) -> bool:
    """Return whether a column could hold an identifier; a bare number is looked for only where it tells of a
    person.
    """
    if identifier.column is not None:
        return identifier.column == (place.name, column.name)
    match identifier.kind:
        case Kind.NAME:
            return False
        case Kind.EMAIL:
            return column.form != "number"
        case Kind.PHONE:
            return column.form != "number" or column.is_phone
        case Kind.NUMBER:
            of_person = place.people and (column.starts or column.is_code)
            return of_person or column.name == place.subject or column.is_official or column.is_phone
        case Kind.OTHER:
            return (column.starts or column.is_code) and column.form != "number"

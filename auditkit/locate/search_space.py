"""The tables that are searched, the references between them, and the queries that they answer.

A query that fails does not stop the search: its table counts as not searched from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.locate.links import Link
from auditkit.locate.matching import Condition, has_key, key_of, text
from auditkit.locate.tables import SearchedTable
from auditkit.outcome import Missing

MAX_FETCHED_KEYS = 1_000
"""More keys than this are not fetched: the engine looks them up itself."""


@dataclass(frozen=True)
class Keys:
    """The keys by which other rows refer to some rows. Its repr shows no value.

    Attributes:
        values: the keys, where they are few enough to be fetched.
        query: the query that selects them, where they are not.
    """

    values: tuple[Any, ...] = field(default=(), repr=False)
    query: ir.Value | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.values) or self.query is not None

    def held_in(self, columns: Sequence[str]) -> Condition:
        """Return which rows hold one of the keys in some columns."""
        return lambda table: self._match(table, columns)

    def _match(self, table: ir.Table, columns: Sequence[str]) -> ir.BooleanValue:
        if self.query is None:
            return has_key(table, columns, self.values)
        key = key_of(table, columns)
        kind, other = key.type(), self.query.type()
        if kind.is_integer() == other.is_integer() and (kind.is_integer() or kind.is_string()):
            return key.isin(self.query).fill_null(False)
        return text(key).isin(text(self.query)).fill_null(False)


@dataclass
class SearchSpace:
    """The tables that are searched, and the references between them.

    Attributes:
        dataset: the source.
        tables: the tables, by name.
        links: the references between them.
        root: the table of tenants.
        unseen: the tables of which a query failed, with the reason.
    """

    dataset: Dataset
    tables: dict[str, SearchedTable]
    links: tuple[Link, ...]
    root: str | None = None
    unseen: dict[str, Missing] = field(default_factory=dict)

    @property
    def tables_of_people(self) -> list[SearchedTable]:
        """The tables whose rows are people."""
        return [t for t in self.tables.values() if t.lists_people and t.name not in self.unseen]

    def links_to_people(self, name: str) -> tuple[Link, ...]:
        """Return the references from a table to tables of people, without those to itself."""
        own = (link for link in self.links if link.table == name and not link.reference.is_self)
        return tuple(link for link in own if self.tables[link.parent].lists_people)

    def rows(self, name: str) -> ir.Table:
        """Return the rows of a table."""
        return self.dataset.tables[name]

    def count(self, name: str, condition: Condition) -> int:
        """Return how many rows of a table a condition holds for; 0 where the table cannot be searched."""
        rows = self.rows(name)
        counted = self.fetch(name, rows.aggregate(n=rows.count(where=condition(rows))))
        return int(counted[0]["n"] or 0) if counted else 0

    def keys(self, name: str, columns: Sequence[str], condition: Condition) -> Keys:
        """Return the distinct keys, in some columns, of the rows of a table that a condition holds for."""
        rows = self.rows(name)
        chosen = rows.filter(condition(rows))
        keys = chosen.select(auditkit_key=key_of(chosen, columns))
        keys = keys.filter(keys.auditkit_key.notnull()).distinct()
        fetched = self.fetch(name, keys, MAX_FETCHED_KEYS + 1)
        if len(fetched) > MAX_FETCHED_KEYS:
            return Keys(query=keys.auditkit_key)
        return Keys(tuple(sorted((row["auditkit_key"] for row in fetched), key=str)))

    def fetch(self, name: str, query: ir.Table, limit: int = MAX_FETCHED_KEYS) -> list[dict[str, Any]]:
        """Return the rows of a query on a table; empty where it fails, or an earlier query failed."""
        if name in self.unseen:
            return []
        try:
            return self.dataset.fetch(query, limit)
        except SourceError as error:
            self.unseen[name] = error.missing
            return []

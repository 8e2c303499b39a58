"""The tables of a dataset, and what is measured of them to find references: keys and common values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.identity import backend_of
from auditkit.outcome import Missing
from auditkit.policy import NoColumnError, Policy, PolicyError
from auditkit.relations import names
from auditkit.relations.parents import Parents
from auditkit.vocabulary import did_you_mean


def key_family(kind: dt.DataType) -> str | None:
    """Return the kind of key that a type can hold: whole numbers, text or UUIDs; None for other types.

    >>> key_family(dt.int32), key_family(dt.string), key_family(dt.float64)
    ('integer', 'text', None)
    """
    if kind.is_integer():
        return "integer"
    if kind.is_uuid():
        return "uuid"
    return "text" if kind.is_string() else None


def usual_key(table: str, keys: Iterable[str]) -> str | None:
    """Return the key by which other tables refer to a table: the one with the usual name, else the first.

    >>> usual_key("users", ["email", "user_id"]), usual_key("users", ["email"]), usual_key("users", [])
    ('user_id', 'email', None)
    """
    candidates = list(keys)
    usual = [key for key in candidates if names.words(key) in ("id", f"{names.singular(table)}_id")]
    return next(iter([*usual, *candidates]), None)


def tables_of(dataset: Dataset, policy: Policy) -> Tables:
    """Return the tables that can be read and that the policy does not exclude; nothing is measured yet."""
    readable = {name: table for name, table in dataset.tables.items() if policy.exclusion(name) is None}
    return Tables(dataset, readable)


class Counts(NamedTuple):
    """How many rows a table has, and how many cells and distinct values one of its columns has."""

    rows: int
    filled: int
    distinct: int


@dataclass
class Tables:
    """The readable tables of a dataset; everything is measured once at most.

    Attributes:
        dataset: the dataset.
        all: the tables by their names.
        lost: the tables whose references could not be inferred, each with the reason.
    """

    dataset: Dataset
    all: Mapping[str, ir.Table]
    lost: dict[str, Missing] = field(default_factory=dict)
    _unique: dict[str, dict[str, int] | SourceError] = field(default_factory=dict)
    _counts: dict[tuple[str, str], Counts] = field(default_factory=dict)
    _parents: dict[tuple[str, Any], Parents] = field(default_factory=dict)

    def require(self, policy: Policy, table: str, column: str, path: tuple[str | int, ...]) -> None:
        """Raise an error where the policy names a table or a column that does not exist.

        Args:
            policy: the policy.
            table: the table that it names.
            column: the column that it names.
            path: the keys of the policy that name them.

        Raises:
            PolicyError: there is no such table or column; with file, line and the most similar name.
            SourceError: the table exists and cannot be read.
        """
        self.require_readable(table, policy)
        if table not in self.all:
            raise PolicyError.at(policy, path, f"there is no table {table!r}.{did_you_mean(table, self.all)}")
        if column not in self.all[table].columns:
            raise NoColumnError.of(policy, path, table, column, self.all[table].columns)

    def require_readable(self, table: str, policy: Policy | None = None) -> None:
        """Raise an error where a table exists and cannot be read: a policy that names it is right.

        A table that the policy declares, and the source lacks, is in another part of the system.

        Raises:
            SourceError: the table cannot be read.
        """
        known = table in self.dataset.relations or (policy is not None and table in policy.tables)
        missing = self.dataset.missing(table) if known else None
        if missing is not None:
            raise SourceError(f"{table} cannot be read: {missing.reason}", code=missing.cause, table=table)

    def unique(self, name: str) -> Mapping[str, int]:
        """Return the columns of a table that are a key by themselves, each with its number of values.

        Declared keys count. Columns that are named like a key are measured.

        Raises:
            SourceError: the table cannot be read, or not within the time limit of a statement.
        """
        if name not in self._unique:
            try:
                self._unique[name] = self._measured(name)
            except SourceError as error:  # a second try would fail too, and could take as long
                self._unique[name] = error
        found = self._unique[name]
        if isinstance(found, SourceError):
            raise found
        return found

    def keys(self, name: str, stem: str | None = None) -> Mapping[str, int]:
        """Return the keys of a table that a column may refer to; no key where the table cannot be read.

        Args:
            name: the table.
            stem: the part of the column's name that says what it refers to.

        Raises:
            SourceError: the stem names this table, and the table cannot be read.
        """
        try:
            return self.unique(name)
        except SourceError:
            if stem is not None and names.fits(stem, name):
                raise
            return {}

    def key(self, name: str) -> str | None:
        """Return the column by which other tables would refer to a table, or None."""
        usual = usual_key(name, self._possible_keys(name))
        if usual in self._declared_keys.get(name, ()):  # nothing needs to be measured
            return usual
        return usual_key(name, self.keys(name))

    def is_key(self, name: str, column: str) -> bool:
        """Return whether a column is a key of its table by itself.

        A column that is not named like a key is not measured.

        Raises:
            SourceError: see `unique`.
        """
        return column in self._possible_keys(name) and column in self.unique(name)

    @cached_property
    def _declared_keys(self) -> Mapping[str, list[str]]:
        """The declared keys of one column, by table."""
        found: dict[str, list[str]] = {}
        for key in self.dataset.keys():
            if len(key.columns) == 1 and key.table in self.all:
                (column,) = key.columns
                if column in self.all[key.table].columns:
                    found.setdefault(key.table, []).append(column)
        return found

    def _possible_keys(self, name: str) -> list[str]:
        """Return the declared keys of a table, then the columns that are named like a key."""
        table, noun = self.all[name], names.singular(name)
        key_names = {"id", "uuid", "guid", "key", "code", f"{noun}_id", f"{noun}_uuid"}
        named = [c for c in table.columns if names.words(c) in key_names and key_family(table.schema()[c])]
        return list(dict.fromkeys([*self._declared_keys.get(name, ()), *named]))

    def _measured(self, name: str) -> dict[str, int]:
        """Count the values of the possible keys in one query, and return those that are unique."""
        table, columns, declared = (
            self.all[name],
            self._possible_keys(name),
            self._declared_keys.get(name, ()),
        )
        if not columns:
            return {}
        counts = {
            f"c{i}": table[c].count() if c in declared else table[c].nunique() for i, c in enumerate(columns)
        }
        row = self.dataset.fetch(table.aggregate(n=table.count(), **counts))[0]
        values = {c: int(row[f"c{i}"]) for i, c in enumerate(columns)}
        return {c: n for c, n in values.items() if c in declared or n == int(row["n"])}

    def counts(self, table: str, column: str) -> Counts:
        """Return how often a column is filled, and with how many distinct values."""
        if (table, column) not in self._counts:
            rows = self.all[table]
            cells = rows[column]
            counted = rows.aggregate(rows=rows.count(), filled=cells.count(), distinct=cells.nunique())
            self._counts[table, column] = Counts(**self.dataset.fetch(counted)[0])
        return self._counts[table, column]

    def inclusion(self, table: str, column: str, parent: str, key: str) -> tuple[int, int]:
        """Return how many distinct values a column has, and how many of them are keys of the parent."""
        values = self.all[table].select(v=self.all[table][column]).filter(lambda t: t.v.notnull()).distinct()
        keys = self.all[parent].select(v=self.all[parent][key]).distinct()
        joined = values.left_join(keys, values.v == keys.v)
        hits = joined.count(where=joined.v_right.notnull())
        row = self.dataset.fetch(joined.aggregate(n=joined.count(), hits=hits))[0]
        return int(row["n"]), int(row["hits"])

    def joinable(self, a: str, b: str) -> bool:
        """Return whether two tables are in the same engine."""
        return self._backends[a] is self._backends[b]

    def backend(self, name: str) -> Any:
        """Return the Ibis backend of a table."""
        return self._backends[name]

    @cached_property
    def stored(self) -> frozenset[str]:
        """The tables that hold their rows themselves: a view shows those of others."""
        return frozenset(name for name in self.all if "view" not in self.dataset.relations[name].kind)

    @cached_property
    def _backends(self) -> Mapping[str, Any]:
        """The Ibis backend of every table."""
        return {name: backend_of(table) for name, table in self.all.items()}

    def parents_of(self, table: str) -> Parents:
        """Return every table that a table could refer to.

        Where its own schema has a table of some name, tables of that name in other schemas are left out: each
        tenant may have a schema of its own.
        """
        schema = table.rpartition(".")[0]
        place = schema, self._backends[table]
        if place not in self._parents:
            own = {name.rpartition(".")[2] for name in self.all if name.rpartition(".")[0] == schema}
            self._parents[place] = Parents(
                {
                    name: tuple(rows.columns)
                    for name, rows in self.all.items()
                    if self.joinable(table, name)
                    and (name.rpartition(".")[0] == schema or name.rpartition(".")[2] not in own)
                }
            )
        return self._parents[place]

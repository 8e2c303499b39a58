"""References that nobody declared: found by their names, and by how their values lie in a key.

Without a name match a column refers to a key when at least 50 distinct values lie to 95 % in a unique column,
cover at least 30 % of it, and do so at least 3 times more than for any other candidate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.identity import is_apart
from auditkit.outcome import Missing
from auditkit.policy import NoColumnError, Policy, PolicyError
from auditkit.relations import names
from auditkit.relations.references import Boundary, Origin, Reference
from auditkit.vocabulary import did_you_mean

NAMED_INCLUSION = 0.5
"""A column that names its parent refers to it when at least half of its values do; the rest are orphans to
report.
"""
DISTINCT, INCLUSION, COVERAGE, LEAD = 50, 0.95, 0.30, 3.0


def family(kind: dt.DataType) -> str | None:
    """Return which keys a type can hold: whole numbers, text or UUIDs; None for the rest.

    >>> family(dt.int32), family(dt.string), family(dt.float64)
    ('integer', 'text', None)
    """
    if kind.is_integer():
        return "integer"
    if kind.is_uuid():
        return "uuid"
    return "text" if kind.is_string() else None


def called_key(table: str, keys: Iterable[str]) -> str | None:
    """Return which of its keys a table is referred to by: the one that is called so, else the first; None
    where there is none.

    >>> called_key("users", ["email", "user_id"]), called_key("users", ["email"]), called_key("users", [])
    ('user_id', 'email', None)
    """
    every = list(keys)
    named = [k for k in every if names.words(k) in ("id", f"{names.singular(table)}_id")]
    return next(iter([*named, *every]), None)


@dataclass
class Tables:
    """The readable tables of a dataset, and what is measured of them: each at most once.

    `lost` says of which tables the references could not be looked for, and why.
    """

    dataset: Dataset
    all: Mapping[str, ir.Table]
    lost: dict[str, Missing] = field(default_factory=dict)
    _unique: dict[str, dict[str, int] | SourceError] = field(default_factory=dict)

    def require(self, policy: Policy, table: str, column: str, at: tuple[str | int, ...]) -> None:
        """Refuse a table or column of the policy that is not there.

        Raises:
            PolicyError: with file, line and the nearest name.
            SourceError: it is there, and cannot be read.
        """
        self.readable(table)
        if table not in self.all:
            raise PolicyError.at(policy, at, f"there is no table {table!r}.{did_you_mean(table, self.all)}")
        if column not in self.all[table].columns:
            raise NoColumnError.of(policy, at, table, column, self.all[table].columns)

    def readable(self, table: str) -> None:
        """Tell a table that is there and cannot be read from one that is not there; a policy that names it is
        right.

        Raises:
            SourceError: it cannot be read.
        """
        missing = self.dataset.missing(table) if table in self.dataset.relations else None
        if missing is not None:
            raise SourceError(f"{table} cannot be read: {missing.reason}", code=missing.cause, table=table)

    def unique(self, name: str) -> Mapping[str, int]:
        """Return the columns that are keys of a table by themselves, with their number of values.

        Declared keys count; where none is declared, the columns that are named like keys are measured.

        Raises:
            SourceError: the table cannot be read, or not in the time that a statement may take.
        """
        if name not in self._unique:
            try:
                self._unique[name] = self._measured(name)
            except SourceError as error:  # it would fail, and perhaps take as long, again
                self._unique[name] = error
        if isinstance(found := self._unique[name], SourceError):
            raise found
        return found

    def keys(self, name: str, what: str | None = None) -> Mapping[str, int]:
        """Return the keys of a table that may be the parent of a column; none where it cannot be read, unless
        the column names it.

        Raises:
            SourceError: `what` the column calls its parent is this table, which cannot be read.
        """
        try:
            return self.unique(name)
        except SourceError:
            if what is not None and names.fits(what, name):
                raise
            return {}

    def key(self, name: str) -> str | None:
        """Return the column by which other tables would refer to one: its `id`, else the first that is a key
        by itself, or None.
        """
        return called_key(name, self.keys(name))

    def is_key(self, name: str, column: str) -> bool:
        """Return whether a column is a key of its table by itself; nothing is measured for one that is not
        even called so.

        Raises:
            SourceError: as `unique`.
        """
        return column in self._called_keys(name) and column in self.unique(name)

    @cached_property
    def _declared(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self.dataset.keys():
            if (
                len(key.columns) == 1
                and key.table in self.all
                and key.columns[0] in self.all[key.table].columns
            ):
                found.setdefault(key.table, []).append(key.columns[0])
        return found

    def _called_keys(self, name: str) -> list[str]:
        table = self.all[name]
        own = {
            "id",
            "uuid",
            "guid",
            "key",
            f"{names.singular(name)}_id",
            f"{names.singular(name)}_uuid",
            "code",
        }
        named = [c for c in table.columns if names.words(c) in own and family(table.schema()[c])]
        return list(dict.fromkeys([*self._declared.get(name, ()), *named]))

    def _measured(self, name: str) -> dict[str, int]:
        table, asked, declared = self.all[name], self._called_keys(name), self._declared.get(name, ())
        if not asked:
            return {}
        measures = {
            f"c{i}": table[c].count() if c in declared else table[c].nunique() for i, c in enumerate(asked)
        }
        counted = self.dataset.fetch(table.aggregate(n=table.count(), **measures))[0]
        return {
            c: int(counted[f"c{i}"])
            for i, c in enumerate(asked)
            if c in declared or int(counted[f"c{i}"]) == int(counted["n"])
        }

    def distinct(self, table: str, column: str) -> int:
        """Return how many distinct values a column has."""
        rows = self.all[table]
        return int(self.dataset.fetch(rows.aggregate(n=rows[column].nunique()))[0]["n"])

    def inclusion(self, table: str, column: str, parent: str, key: str) -> tuple[int, int]:
        """Return how many distinct values a column has, and how many of them are keys of the parent."""
        values = self.all[table].select(v=self.all[table][column]).filter(lambda t: t.v.notnull()).distinct()
        keys = self.all[parent].select(v=self.all[parent][key]).distinct()
        joined = values.left_join(keys, values.v == keys.v)
        counted = self.dataset.fetch(
            joined.aggregate(n=joined.count(), hits=joined.count(where=joined.v_right.notnull()))
        )[0]
        return int(counted["n"]), int(counted["hits"])

    def joinable(self, a: str, b: str) -> bool:
        """Return whether two tables live in one engine."""
        return not is_apart(self.all[a], self.all[b])


def inferred(
    tables: Tables,
    known: Iterable[Reference],
    boundary: Boundary | None,
    not_references: Collection[tuple[str, str]],
) -> tuple[list[Reference], list[tuple[str, str]]]:
    """Return the references that names and values show, and the columns that look like one and lead
    nowhere.
    """
    known = tuple(known)
    found: list[Reference] = []
    unknown: list[tuple[str, str]] = []
    for name, table in tables.all.items():
        for column in table.columns:
            if not _may_refer(tables, name, column, known, not_references):
                continue
            try:
                reference = referred(tables, name, column, known, boundary, not_references)
                if reference is not None:
                    found.append(reference)
                elif not names.is_credential(column) and not tables.is_key(name, column):
                    unknown.append((name, column))
            except (
                SourceError
            ) as error:  # one table that cannot be read must not hide how the others hang together
                tables.lost.setdefault(name, error.missing)
    return found, unknown


def referred(
    tables: Tables,
    name: str,
    column: str,
    known: Iterable[Reference],
    boundary: Boundary | None,
    not_references: Collection[tuple[str, str]],
) -> Reference | None:
    """Return the reference of a column that names and values show, or None.

    Raises:
        SourceError: a table that would tell it cannot be read.
    """
    what = names.stem(column)
    if what is None or not _may_refer(tables, name, column, known, not_references):
        return None
    return (
        _tenant_key(tables, name, column, boundary)
        or _by_name(tables, name, column, what)
        or _by_values(tables, name, column)
    )


def _may_refer(
    tables: Tables,
    name: str,
    column: str,
    known: Iterable[Reference],
    not_references: Collection[tuple[str, str]],
) -> bool:
    """Return whether a column is called like a reference, is of a type for one, and is none already."""
    taken = (name, column) in not_references or any(r.table == name and column in r.columns for r in known)
    table = tables.all[name]
    return names.stem(column) is not None and not taken and family(table.schema()[column]) is not None and not _is_polymorphic(
        column, table.columns
    )  # fmt: skip


def _is_polymorphic(column: str, columns: Collection[str]) -> bool:
    """Return whether a column `x_id` stands beside `x_type`: its parent changes from row to row."""
    what = names.stem(column)
    return what is not None and f"{what}_type" in {names.words(c) for c in columns}


def _tenant_key(tables: Tables, name: str, column: str, boundary: Boundary | None) -> Reference | None:
    """Return the reference of the tenant key to the root: what does not resolve there is an orphan, not
    another reference.
    """
    if (
        boundary is None
        or boundary.key is None
        or name == boundary.root
        or column != boundary.key
        or not tables.joinable(name, boundary.root)
    ):
        return None
    return Reference(name, (column,), boundary.root, (boundary.root_key,), Origin.INFERRED)


def _parents(tables: Tables, name: str) -> list[str]:
    """Return every table that a table could refer to.

    Where its schema has a table of the same name, that of another schema is none: each tenant may have its
    own.
    """
    schema = name.rpartition(".")[0]
    here = {parent.rpartition(".")[2] for parent in tables.all if parent.rpartition(".")[0] == schema}
    return [
        parent
        for parent in tables.all
        if tables.joinable(name, parent)
        and (parent.rpartition(".")[0] == schema or parent.rpartition(".")[2] not in here)
    ]


def _candidates(tables: Tables, name: str, column: str, parents: Iterable[str]) -> list[tuple[str, str]]:
    """Return every key of some tables that could hold the column's values; a table's own key is none of
    itself.
    """
    kind = family(tables.all[name].schema()[column])
    return [
        (parent, key)
        for parent in parents
        for key in tables.keys(parent, names.stem(column))
        if family(tables.all[parent].schema()[key]) == kind and (parent, key) != (name, column)
    ]


def _by_name(tables: Tables, name: str, column: str, what: str) -> Reference | None:
    """Return the reference that a column's name says: `project_id`, `parent_id`, `owner_id`."""
    parents = _parents(tables, name)
    scores = {parent: score for parent in parents if (score := names.fits(what, parent))}
    best, chosen = 0, list[tuple[str, str]]()
    for score in sorted(
        set(scores.values()), reverse=True
    ):  # a table whose name fits less is not even measured
        if chosen := _candidates(
            tables, name, column, [parent for parent, fit in scores.items() if fit == score]
        ):
            best = score
            break
    if not chosen and names.is_self(what):
        chosen = _candidates(tables, name, column, [name])
    elif not chosen and names.is_role(what):
        chosen = _candidates(
            tables, name, column, [p for p in parents if names.is_people(p, tables.all[p].columns)]
        )
    measured = [(*tables.inclusion(name, column, parent, key), parent, key) for parent, key in chosen]
    fitting = [
        (hits / max(n, 1), -tables.unique(parent)[key], parent, key)
        for n, hits, parent, key in measured
        if not n or hits / n >= NAMED_INCLUSION
    ]
    if not fitting or (best < 100 and tables.is_key(name, column)):
        return None
    _, _, parent, key = max(fitting)
    return Reference(name, (column,), parent, (key,), Origin.INFERRED)


def _by_values(tables: Tables, name: str, column: str) -> Reference | None:
    """Return the reference that the values alone show, or None where they do not or where two keys would
    do.
    """
    if tables.is_key(name, column) or (own := tables.distinct(name, column)) < DISTINCT:
        return None
    shares = []
    for parent, key in _candidates(tables, name, column, _parents(tables, name)):
        keys = tables.unique(parent)[key]
        if (
            keys < INCLUSION * own or own < keys * COVERAGE / LEAD
        ):  # too small to hold the values, or too large for them to matter
            continue
        n, hits = tables.inclusion(name, column, parent, key)
        if n >= DISTINCT and hits / n >= INCLUSION:
            shares.append((hits / max(keys, 1), parent, key))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < COVERAGE or (len(shares) > 1 and shares[0][0] < LEAD * shares[1][0]):
        return None
    return Reference(name, (column,), shares[0][1], (shares[0][2],), Origin.INFERRED)

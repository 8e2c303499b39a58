"""References that nobody declared: found by their names, and by how their values lie in a key.

Without a name match a column refers to a key when at least 50 distinct values lie to 95 % in a unique column, cover at least 30 % of
it, and do so at least 3 times more than for any other candidate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.policy import Policy, PolicyError
from auditkit.relations import names
from auditkit.relations.nouns import Boundary, Origin, Reference
from auditkit.vocabulary import did_you_mean

NAMED_INCLUSION = 0.5
"""A column that names its parent refers to it when at least half of its values do; the rest are orphans to report."""
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


@dataclass
class Tables:
    """The readable tables of a dataset, and what is measured of them: each at most once."""

    dataset: Dataset
    all: Mapping[str, ir.Table]
    _unique: dict[str, dict[str, int]] = field(default_factory=dict)

    def require(self, policy: Policy, table: str, column: str, at: tuple[str | int, ...]) -> None:
        """Refuse a table or column of the policy that is not there.

        Raises:
            PolicyError: with file, line and the nearest name.
        """
        if table not in self.all:
            raise PolicyError.at(policy, at, f"there is no table {table!r}.{did_you_mean(table, self.all)}")
        if column not in self.all[table].columns:
            raise PolicyError.at(policy, at, f"{table} has no column {column!r}.{did_you_mean(column, self.all[table].columns)}")

    def unique(self, name: str) -> Mapping[str, int]:
        """Return the columns that are keys of a table by themselves, with their number of values.

        Declared keys count; where none is declared, the columns that are named like keys are measured.
        """
        if name not in self._unique:
            self._unique[name] = self._measured(name)
        return self._unique[name]

    def key(self, name: str) -> str | None:
        """Return the column by which other tables would refer to one: its `id`, else the first that is a key by itself, or None."""
        keys = list(self.unique(name))
        named = [k for k in keys if names.words(k) in ("id", f"{names.singular(name)}_id")]
        return next(iter([*named, *keys]), None)

    def _measured(self, name: str) -> dict[str, int]:
        table = self.all[name]
        declared = [k.columns[0] for k in self.dataset.keys() if k.table == name and len(k.columns) == 1 and k.columns[0] in table.columns]
        own = {"id", "uuid", "guid", "key", f"{names.singular(name)}_id", f"{names.singular(name)}_uuid", "code"}
        named = [c for c in table.columns if names.words(c) in own and family(table.schema()[c])]
        asked = list(dict.fromkeys([*declared, *named]))
        if not asked:
            return {}
        measures = {f"c{i}": table[c].nunique() for i, c in enumerate(asked)}
        counted = self.dataset.fetch(table.aggregate(n=table.count(), **measures))[0]
        return {c: int(counted[f"c{i}"]) for i, c in enumerate(asked) if c in declared or int(counted[f"c{i}"]) == int(counted["n"])}

    def inclusion(self, table: str, column: str, parent: str, key: str) -> tuple[int, int]:
        """Return how many distinct values a column has, and how many of them are keys of the parent."""
        values = self.all[table].select(v=self.all[table][column]).filter(lambda t: t.v.notnull()).distinct()
        keys = self.all[parent].select(v=self.all[parent][key]).distinct()
        joined = values.left_join(keys, values.v == keys.v)
        counted = self.dataset.fetch(joined.aggregate(n=joined.count(), hits=joined.count(where=joined.v_right.notnull())))[0]
        return int(counted["n"]), int(counted["hits"])

    def joinable(self, a: str, b: str) -> bool:
        """Return whether two tables live in one engine."""
        return self.all[a].get_backend() is self.all[b].get_backend()


def inferred(
    tables: Tables, known: Iterable[Reference], boundary: Boundary | None, not_references: Collection[tuple[str, str]]
) -> tuple[list[Reference], list[tuple[str, str]]]:
    """Return the references that names and values show, and the columns that look like one and lead nowhere."""
    taken = {(r.table, c) for r in known for c in r.columns} | set(not_references)
    found: list[Reference] = []
    unknown: list[tuple[str, str]] = []
    for name, table in tables.all.items():
        for column in table.columns:
            what = names.stem(column)
            if what is None or (name, column) in taken or family(table.schema()[column]) is None or _is_polymorphic(column, table.columns):
                continue
            reference = (
                _tenant_key(tables, name, column, boundary) or _by_name(tables, name, column, what) or _by_values(tables, name, column)
            )
            if reference is not None:
                found.append(reference)
            elif column not in tables.unique(name):
                unknown.append((name, column))
    return found, unknown


def _is_polymorphic(column: str, columns: Collection[str]) -> bool:
    """Return whether a column `x_id` stands beside `x_type`: its parent changes from row to row."""
    what = names.stem(column)
    return what is not None and f"{what}_type" in {names.words(c) for c in columns}


def _tenant_key(tables: Tables, name: str, column: str, boundary: Boundary | None) -> Reference | None:
    """Return the reference of the tenant key to the root: what does not resolve there is an orphan, not another reference."""
    if (
        boundary is None
        or boundary.key is None
        or name == boundary.root
        or column != boundary.key
        or not tables.joinable(name, boundary.root)
    ):
        return None
    return Reference(name, (column,), boundary.root, (boundary.root_key,), Origin.INFERRED)


def _candidates(tables: Tables, name: str, column: str) -> list[tuple[str, str]]:
    """Return every key of every table that could hold the column's values; a table's own key is none of itself.

    Where the schema of the column has a table of the same name, that of another schema is no candidate: each tenant may have its own.
    """
    kind = family(tables.all[name].schema()[column])
    schema = name.rpartition(".")[0]
    here = {parent.rpartition(".")[2] for parent in tables.all if parent.rpartition(".")[0] == schema}
    return [
        (parent, key)
        for parent in tables.all
        if tables.joinable(name, parent) and (parent.rpartition(".")[0] == schema or parent.rpartition(".")[2] not in here)
        for key in tables.unique(parent)
        if family(tables.all[parent].schema()[key]) == kind and (parent, key) != (name, column)
    ]


def _by_name(tables: Tables, name: str, column: str, what: str) -> Reference | None:
    """Return the reference that a column's name says: `project_id`, `parent_id`, `owner_id`."""
    candidates = _candidates(tables, name, column)
    scored = [(names.fits(what, parent), parent, key) for parent, key in candidates]
    if best := max((score for score, _, _ in scored), default=0):
        chosen = [(parent, key) for score, parent, key in scored if score == best]
    elif names.is_self(what):
        chosen = [(parent, key) for parent, key in candidates if parent == name]
    elif names.is_role(what):
        chosen = [(parent, key) for parent, key in candidates if names.is_people(parent, tables.all[parent].columns)]
    else:
        return None
    measured = [(*tables.inclusion(name, column, parent, key), parent, key) for parent, key in chosen]
    fitting = [
        (hits / max(n, 1), -tables.unique(parent)[key], parent, key)
        for n, hits, parent, key in measured
        if not n or hits / n >= NAMED_INCLUSION
    ]
    if not fitting or (column in tables.unique(name) and best < 100):
        return None
    _, _, parent, key = max(fitting)
    return Reference(name, (column,), parent, (key,), Origin.INFERRED)


def _by_values(tables: Tables, name: str, column: str) -> Reference | None:
    """Return the reference that the values alone show, or None where they do not or where two keys would do."""
    if column in tables.unique(name):
        return None
    shares = []
    for parent, key in _candidates(tables, name, column):
        n, hits = tables.inclusion(name, column, parent, key)
        if n >= DISTINCT and hits / n >= INCLUSION:
            shares.append((hits / max(tables.unique(parent)[key], 1), parent, key))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < COVERAGE or (len(shares) > 1 and shares[0][0] < LEAD * shares[1][0]):
        return None
    return Reference(name, (column,), shares[0][1], (shares[0][2],), Origin.INFERRED)

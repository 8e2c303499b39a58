"""Keys of rows inside of JSON: `{"inbox_ids": [4, 7]}` refers to two inboxes, without a foreign key."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from auditkit.relations import names

DEEPEST = 40
"""What is nested deeper in a document is not read."""


@dataclass(frozen=True)
class Documents:
    """How the documents of one column refer to rows: a fold, so that the counts of two parts add up.

    Attributes:
        cells: how many documents were read.
        broken: how many of them are not JSON.
        naming: for each table, how many documents refer to its rows.
        foreign: for each table, how many documents refer to a row of another tenant.
    """

    cells: int = 0
    broken: int = 0
    naming: Mapping[str, int] = field(default_factory=dict)
    foreign: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Documents) -> Documents:
        """Return the counts of both."""
        return Documents(
            self.cells + other.cells,
            self.broken + other.broken,
            dict(Counter(self.naming) + Counter(other.naming)),
            dict(Counter(self.foreign) + Counter(other.foreign)),
        )


@dataclass(frozen=True)
class Meanings:
    """Which tables the keys of documents mean.

    Attributes:
        tables: the tables that a document can refer to.
        tenant_key: the column that carries the tenant.
        root: the table of the tenants.
    """

    tables: tuple[str, ...]
    tenant_key: str | None = None
    root: str | None = None

    def of_key(self, name: str) -> str | None:
        """Return the table whose rows a key such as `inbox_ids` refers to, or None."""
        if self.root is not None and self.tenant_key and names.words(name) == names.words(self.tenant_key):
            return self.root
        return table_meant(name, self.tables)

    def of_object(self, name: str) -> str | None:
        """Return the table of which an object under a key such as `customer` is a row, or None.

        >>> meanings = Meanings(("customers", "teams"))
        >>> [meanings.of_object(name) for name in ("customer", "billingCustomer", "customers", "custom")]
        ['customers', 'customers', 'customers', None]
        """
        return _best(names.words(name), self.tables) or _best(names.singular(name), self.tables)


class Named(NamedTuple):
    """A row that a document names: its table and key, and whether an object stands for the row."""

    table: str
    key: str
    nested: bool


_OWN_KEYS = frozenset({"id", "uuid", "guid", "key", "pk"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def references_in(
    document: Any, meanings: Meanings, depth: int = 0, object_of: str | None = None
) -> Iterator[Named]:
    """Yield every row that a document refers to.

    Args:
        document: the document, or a part of it.
        meanings: which tables its keys mean.
        depth: how deep the part is nested.
        object_of: the table of which the part is a row.

    >>> meanings = Meanings(("inboxes", "customers"))
    >>> [tuple(named) for named in references_in({"rule": {"inbox_ids": [4, "7"], "count_id": 9}}, meanings)]
    [('inboxes', '4', False), ('inboxes', '7', False)]
    >>> [tuple(named) for named in references_in({"customers": [{"id": 5}, {"id": 6, "n": 1}]}, meanings)]
    [('customers', '5', True), ('customers', '6', True)]
    """
    if depth > DEEPEST:
        return
    if isinstance(document, list):
        for part in document:
            yield from references_in(part, meanings, depth + 1, object_of)
    elif isinstance(document, dict):
        for name, value in document.items():
            if (table := meanings.of_key(name)) is not None:
                yield from (Named(table, key, False) for key in _keys(value))
            elif object_of is not None and _is_own_key(name, value):
                yield from (Named(object_of, key, True) for key in _keys(value))
            else:
                yield from references_in(value, meanings, depth + 1, meanings.of_object(name))
    elif object_of is not None and isinstance(document, str) and _UUID.fullmatch(document):
        yield Named(object_of, document, True)


def _keys(value: Any) -> Iterator[str]:
    for key in value if isinstance(value, list) else [value]:
        if isinstance(key, str | int) and not isinstance(key, bool):
            yield str(key)


def _is_own_key(name: str, value: Any) -> bool:
    """Return whether a key of an object holds the key of the row: its `id`, or a UUID under `vendor_id`."""
    words = names.words(name)
    is_foreign_name = words.endswith(("_id", "_uuid")) and isinstance(value, str) and _UUID.fullmatch(value)
    return words in _OWN_KEYS or bool(is_foreign_name)


def table_meant(name: str, tables: Collection[str]) -> str | None:
    """Return the table whose rows a key of a document refers to, or None.

    >>> names_ = ("inbox_ids", "teamId", "assigned_team_id", "external_id", "id")
    >>> [table_meant(name, ["inboxes", "teams"]) for name in names_]
    ['inboxes', 'teams', 'teams', None, None]
    """
    words = names.words(name)
    stem = words.removesuffix("_ids").removesuffix("_id")
    return _best(stem, tuple(tables)) if stem != words else None


@lru_cache(maxsize=10_000)
def _best(stem: str, tables: tuple[str, ...]) -> str | None:
    """Return the table that a stem names best, by its whole noun; None where it names none."""
    if not tables:
        return None
    score, table = max((names.fits(stem, table), table) for table in tables)
    return table if score >= len(names.singular(table)) else None


def read_documents(
    tenants: Sequence[str | None],
    cells: Sequence[str | None],
    meanings: Meanings,
    owners: Callable[[str], Mapping[str, str]],
    *,
    names_tenants: bool = True,
) -> Documents:
    """Return how the documents of one batch refer to rows.

    A document that names a row of another tenant, and that tenant too, counts once: for the row.

    Args:
        tenants: the tenant of each row; a row without a tenant is left out.
        cells: the cell of each row; a cell that is not a JSON object or array is left out.
        meanings: which tables the keys of documents mean.
        owners: returns, for a table, the tenant of each key; a key without a tenant is left out.
        names_tenants: a key such as `tenant_id` counts; an object that stands for a tenant counts always.
    """
    total = broken = 0
    naming: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    for tenant, cell in zip(tenants, cells, strict=True):
        if tenant is None or cell is None or not cell.lstrip().startswith(("{", "[")):
            continue
        total += 1
        try:
            document = json.loads(cell)
        except (ValueError, RecursionError):
            broken += 1
            continue
        found = {
            (named.table, owner)
            for named in references_in(document, meanings)
            if (names_tenants or named.nested or named.table != meanings.root)
            and (owner := owners(named.table).get(named.key))
        }
        naming.update({table for table, _ in found})
        others = {(table, owner) for table, owner in found if owner != tenant}
        by_rows = {owner for table, owner in others if table != meanings.root}
        foreign.update({table for table, o in others if table != meanings.root or o not in by_rows})
    return Documents(total, broken, dict(naming), dict(foreign))

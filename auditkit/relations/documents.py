"""Keys of rows inside of JSON: `{"inbox_ids": [4, 7]}` refers to two inboxes, without a foreign key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

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


def references_in(
    document: Any, table_of: Callable[[str], str | None], depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield the table and the key of every row that a document refers to.

    Args:
        document: the document, or a part of it.
        table_of: returns the table that a key of the document names, or None.
        depth: how deep the part is nested.

    >>> document = {"rule": {"inbox_ids": [4, "7"], "count_id": 9}}
    >>> list(references_in(document, {"inbox_ids": "inboxes"}.get))
    [('inboxes', '4'), ('inboxes', '7')]
    """
    if depth > DEEPEST:
        return
    if isinstance(document, list):
        for part in document:
            yield from references_in(part, table_of, depth + 1)
    if isinstance(document, dict):
        for name, value in document.items():
            if (table := table_of(name)) is None:
                yield from references_in(value, table_of, depth + 1)
                continue
            for key in value if isinstance(value, list) else [value]:
                if isinstance(key, str | int) and not isinstance(key, bool):
                    yield table, str(key)


def table_meant(name: str, tables: Collection[str]) -> str | None:
    """Return the table whose rows a key of a document refers to, or None.

    >>> names_ = ("inbox_ids", "teamId", "assigned_team_id", "external_id", "id")
    >>> [table_meant(name, ["inboxes", "teams"]) for name in names_]
    ['inboxes', 'teams', 'teams', None, None]
    """
    words = names.words(name)
    stem = words.removesuffix("_ids").removesuffix("_id")
    if stem == words or not tables:
        return None
    score, table = max((names.fits(stem, table), table) for table in tables)
    return table if score >= len(names.singular(table)) else None


def read_documents(
    tenants: Sequence[str | None],
    cells: Sequence[str | None],
    tables: Collection[str],
    owners: Callable[[str], Mapping[str, str]],
) -> Documents:
    """Return how the documents of one batch refer to rows.

    Args:
        tenants: the tenant of each row; a row without a tenant is left out.
        cells: the cell of each row; a cell that is not a JSON object or array is left out.
        tables: the tables that a document can refer to.
        owners: returns, for a table, the tenant of each key; a key without a tenant is left out.
    """
    total = broken = 0
    naming: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    table_of = cache(lambda name: table_meant(name, tables))
    for tenant, cell in zip(tenants, cells, strict=True):
        if tenant is None or cell is None or not cell.lstrip().startswith(("{", "[")):
            continue
        total += 1
        try:
            document = json.loads(cell)
        except (ValueError, RecursionError):
            broken += 1
            continue
        found = [
            (table, owner)
            for table, key in references_in(document, table_of)
            if (owner := owners(table).get(key))
        ]
        naming.update({table for table, _ in found})
        foreign.update({table for table, owner in found if owner != tenant})
    return Documents(total, broken, dict(naming), dict(foreign))

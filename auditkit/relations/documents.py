"""Keys of rows inside JSON: `{"inbox_ids": [4, 7]}` refers to two inboxes, and no database knows it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from auditkit.relations import names

DEEPEST = 40
"""Documents that are nested deeper are read no further."""


@dataclass(frozen=True)
class Documents:
    """How the documents of one column refer to rows: a fold, so that the counts of two parts of a stream add
    up.

    By the table that is meant: how many documents refer to its rows, and how many of them to another
    tenant's; `broken` are no JSON.
    """

    cells: int = 0
    broken: int = 0
    naming: Mapping[str, int] = field(default_factory=dict)
    foreign: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Documents) -> Documents:
        """Return the counts of both."""
        both = [
            dict(Counter(a) + Counter(b))
            for a, b in ((self.naming, other.naming), (self.foreign, other.foreign))
        ]
        return Documents(self.cells + other.cells, self.broken + other.broken, *both)


def references_in(
    document: Any, meant: Callable[[str], str | None], deep: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield the table and the key of every row that a document refers to.

    >>> list(references_in({"rule": {"inbox_ids": [4, "7"], "count_id": 9}}, {"inbox_ids": "inboxes"}.get))
    [('inboxes', '4'), ('inboxes', '7')]
    """
    if deep > DEEPEST:
        return
    if isinstance(document, list):
        for part in document:
            yield from references_in(part, meant, deep + 1)
    if isinstance(document, dict):
        for name, value in document.items():
            if (table := meant(name)) is not None:
                keys = value if isinstance(value, list) else [value]
                yield from (
                    (table, str(key))
                    for key in keys
                    if isinstance(key, str | int) and not isinstance(key, bool)
                )
            else:
                yield from references_in(value, meant, deep + 1)


def table_meant(name: str, tables: Collection[str]) -> str | None:
    """Return the table whose row a key of a document names, or None.

    >>> [table_meant(name, ["inboxes", "teams"]) for name in ("inbox_ids", "teamId", "assigned_team_id", "external_id", "id")]
    ['inboxes', 'teams', 'teams', None, None]
    """
    words = names.words(name)
    what = words.removesuffix("_ids").removesuffix("_id")
    if what == words:
        return None
    scored = sorted((names.fits(what, table), table) for table in tables)
    return scored[-1][1] if scored and scored[-1][0] >= len(names.singular(scored[-1][1])) else None


def documents(
    tenants: Sequence[str | None],
    cells: Sequence[str | None],
    tables: Collection[str],
    owners: Callable[[str], Mapping[str, str]],
) -> Documents:
    """Return how the documents of one batch refer to rows, beside the tenant of each document's row.

    Args:
        tenants: of each row; a row of none is passed over.
        cells: the documents, or whatever else stands in the column.
        tables: which tables can be meant.
        owners: gives, for a table, the tenant of each key; a key of nobody is passed over.
    """
    total = broken = 0
    naming: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    meant = cache(lambda name: table_meant(name, tables))
    for tenant, cell in zip(tenants, cells, strict=True):
        if tenant is None or cell is None or not cell.lstrip().startswith(("{", "[")):
            continue
        total += 1
        try:
            document = json.loads(cell)
        except (ValueError, RecursionError):
            broken += 1
            continue
        told = [(t, owner) for t, key in references_in(document, meant) if (owner := owners(t).get(key))]
        naming.update({t for t, _ in told})
        foreign.update({t for t, owner in told if owner != tenant})
    return Documents(total, broken, dict(naming), dict(foreign))

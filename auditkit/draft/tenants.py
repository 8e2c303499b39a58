"""What could separate tenants: the tables whose rows may be organisations, with the evidence for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from auditkit.html_tables import count
from auditkit.relations import Relations
from auditkit.relations.names import PEOPLE, singular
from auditkit.relations.scope import ROOTS

_OFTEN_OTHER = frozenset({"account", "team"})
"""Names of organisations that are often something else behind another word, as in `bank_account`."""
_LOOKUPS = frozenset(
    "status state type kind category role permission priority severity language locale currency country unit"
    " tag label software version plugin setting channel source reason level template".split()
)
"""Names of lists that rows choose from; nobody is a tenant of a status."""


@dataclass(frozen=True)
class Root:
    """A table whose rows may be the tenants.

    Attributes:
        table: its name.
        key: the column that most of the tables use which refer to it.
        referring: how many tables refer to it.
        by_key: how many of them by that column.
        named: whether its name is one of an organisation.
        other_keys: the column of each table that refers to it by another one.
    """

    table: str
    key: str
    referring: int
    by_key: int
    named: bool
    other_keys: dict[str, str]

    @property
    def evidence(self) -> str:
        """Why it may be the root, in words."""
        refer = "refers" if self.referring == 1 else "refer"
        return (
            f"{count(self.referring, 'table')} {refer} to {self.table}, {self.by_key} of them by {self.key}"
        )


def roots(relations: Relations, about_people: AbstractSet[str] = frozenset()) -> tuple[Root, ...]:
    """Return the tables whose rows may be the tenants, the likeliest first.

    Args:
        relations: the references of the tables.
        about_people: the tables with rows about people; where there are any, one must refer to a table that
            is not named like an organisation.

    At least two tables refer to each. One that is named like an organisation is likelier than any other; of
    several, the one that more tables refer to. Tables whose rows are people, or parts of something else, do
    not count, unless their name says otherwise.
    """
    columns: dict[str, dict[str, list[str]]] = {}
    for r in relations.references:
        if len(r.columns) == 1 and not r.is_self:
            columns.setdefault(r.parent, {}).setdefault(r.table, []).append(r.columns[0])
    found = [_root(table, by_table) for table, by_table in columns.items() if len(by_table) > 1]
    parts = {r.table for r in relations.references if not r.is_self and not _are_people(r.parent)}
    likely = [
        root
        for root in found
        if root.named
        or (
            not (_are_people(root.table) or _is_lookup(root.table) or root.table in parts)
            and (not about_people or not about_people.isdisjoint(columns[root.table]))
        )
    ]
    return tuple(sorted(likely, key=lambda root: (not root.named, -root.referring, -root.by_key, root.table)))


def _is_organisation(table: str) -> bool:
    """Return whether a table is named like an organisation, perhaps behind the name of a module."""
    noun = singular(table)
    module, _, last = noun.rpartition("_")
    return noun in ROOTS or (last in ROOTS and (last not in _OFTEN_OTHER or singular(module) == last))


def _are_people(table: str) -> bool:
    return singular(table).rpartition("_")[2] in PEOPLE


def _is_lookup(table: str) -> bool:
    return singular(table).rpartition("_")[2] in _LOOKUPS


def _root(table: str, columns: dict[str, list[str]]) -> Root:
    counts = Counter(column for names in columns.values() for column in set(names))
    key = min(counts, key=lambda column: (-counts[column], column))
    others = {name: own[0] for name, own in columns.items() if key not in own and len(own) == 1}
    return Root(table, key, len(columns), counts[key], _is_organisation(table), others)

"""References that lead from one row of a data subject to more of that person's rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.locate.matching import text
from auditkit.locate.tables import SearchedTable
from auditkit.relations import Origin, Reference, Relations, names
from auditkit.relations.actors import ActorReference
from auditkit.relations.polymorphic import table_named, typed_keys
from auditkit.relations.tables import Tables

_MAX_TYPES = 1_000
_WORKING_ON = frozenset(
    "assignee assigned handler agent support approver approved reviewer reviewed manager supervisor editor"
    " edited modified updated closed operator processor processed handled clerk".split()
)


@dataclass(frozen=True)
class Link:
    """A reference between two searched tables.

    Attributes:
        reference: the reference itself.
        type_column: the column that says to which table a row refers, where that differs from row to row.
        types: the values of that column that mean this parent.
    """

    reference: Reference
    type_column: str | None = None
    types: tuple[str, ...] = field(default=(), repr=False)

    @property
    def table(self) -> str:
        """The table whose rows refer to the parent."""
        return self.reference.table

    @property
    def parent(self) -> str:
        """The table to whose rows it leads."""
        return self.reference.parent

    @property
    def is_actor(self) -> bool:
        """Whether it names somebody who acted on the row, and not the person whose row it is."""
        return names.is_role(self._role)

    @property
    def is_worker(self) -> bool:
        """Whether it names somebody who works on another person's row: an assignee, an approver."""
        return bool(_WORKING_ON.intersection(self._role.split("_")))

    @property
    def is_history(self) -> bool:
        """Whether it only says who once made or changed the row."""
        return ActorReference(self.reference, ()).is_history

    @property
    def _role(self) -> str:
        return names.stem(self.reference.columns[0]) or ""

    def applies(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a row refers to this parent and not to another table."""
        if self.type_column is None:
            return ibis.literal(True)
        return text(table[self.type_column]).isin(self.types).fill_null(False)

    def __str__(self) -> str:
        return str(self.reference)


def links(dataset: Dataset, tables: Mapping[str, SearchedTable], relations: Relations) -> tuple[Link, ...]:
    """Return the references between the searched tables, those with a column `x_type` beside `x_id` too."""
    plain = [Link(r) for r in relations.references if r.table in tables and r.parent in tables]
    typed = [link for name in tables for link in _typed_links(dataset, tables, relations, name)]
    return tuple(sorted([*plain, *typed], key=lambda k: (k.table, k.reference.columns, k.parent)))


def _typed_links(
    dataset: Dataset, tables: Mapping[str, SearchedTable], relations: Relations, name: str
) -> Iterator[Link]:
    """Yield the references of a table whose parent differs from row to row: one for each parent."""
    known = Tables(dataset, {table: dataset.tables[table] for table in tables})
    rows = known.all[name]
    for type_column, column in typed_keys(relations, name, rows.columns):
        types = rows.select(auditkit_type=text(rows[type_column])).distinct()
        types = types.filter(types.auditkit_type.notnull())
        try:
            values = [str(row["auditkit_type"]) for row in dataset.fetch(types, _MAX_TYPES)]
        except SourceError:  # the table is counted later, and the reason is reported then
            continue
        for parent, meant in sorted(_by_parent(values, tables).items()):
            reference = Reference(name, (column,), parent, tables[parent].key, Origin.INFERRED)
            yield Link(reference, type_column, tuple(sorted(meant)))


def _by_parent(types: list[str], tables: Mapping[str, SearchedTable]) -> dict[str, list[str]]:
    """Return the types by the table that each names, of the tables with a key of one column."""
    found: dict[str, list[str]] = {}
    for value in types:
        parent = table_named(value, tables)
        if parent is not None and len(tables[parent].key) == 1:
            found.setdefault(parent, []).append(value)
    return found


def is_about_parent(link: Link, table: SearchedTable, to_people: tuple[Link, ...]) -> bool:
    """Return whether a row that refers to a person is about that person, and not only linked to them.

    - Where the policy declares a subject key, only that column says whom a row is about.
    - A row of a table of people is about another person.
    - Somebody who once changed a row is only linked to it.
    - A row belongs to the person who works on it only where it refers to nobody else: a ticket is its
      requester's, not its assignee's.

    Args:
        link: the reference to a person.
        table: the table of the row.
        to_people: all references of that table to people, this one among them.
    """
    if table.subject is not None:
        return link.reference.columns == (table.subject,)
    if table.lists_people or link.is_history:
        return False
    others = [other for other in to_people if other is not link]
    return not link.is_worker or all(other.is_worker or other.is_history for other in others)

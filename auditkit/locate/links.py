"""References as ways to more rows of a data subject: what a row that refers to a person, or to such a row, is
to that person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.locate.matching import text
from auditkit.locate.places import Place
from auditkit.relations import Origin, Reference, Relations, names
from auditkit.relations.acting import Acting
from auditkit.relations.infer import Tables
from auditkit.relations.polymorphic import table_of, typed_keys

_MOST_TYPES = 1_000
_SERVING = frozenset(
    "assignee assigned handler agent support approver approved reviewer reviewed manager supervisor editor"
    " edited modified updated closed operator processor processed handled clerk".split()
)


@dataclass(frozen=True)
class Link:
    """A reference from a table; one whose table changes from row to row means it only where `kind` is one of
    `types`.
    """

    reference: Reference
    kind: str | None = None
    types: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_role(self) -> bool:
        """Whether it says who did something to the row, and not whose it is."""
        return names.is_role(names.stem(self.reference.columns[0]) or "")

    @property
    def serves(self) -> bool:
        """Whether it says who works on a row that is somebody else's: an assignee, an approver."""
        return bool(set((names.stem(self.reference.columns[0]) or "").split("_")) & _SERVING)

    @property
    def is_history(self) -> bool:
        """Whether it only says who once made or changed the row."""
        return Acting(self.reference, ()).is_history

    def applies(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a row refers to this parent at all."""
        return (
            ibis.literal(True)
            if self.kind is None
            else text(table[self.kind]).isin(self.types).fill_null(False)
        )

    def __str__(self) -> str:
        return str(self.reference)


def links(dataset: Dataset, places: Mapping[str, Place], relations: Relations) -> tuple[Link, ...]:
    """Return every reference between tables in which to look, with those that a column `x_type` beside `x_id`
    tells.
    """
    plain = [Link(r) for r in relations.references if r.table in places and r.parent in places]
    changing = [link for name in places for link in _changing(dataset, places, relations, name)]
    return tuple(
        sorted(
            [*plain, *changing], key=lambda k: (k.reference.table, k.reference.columns, k.reference.parent)
        )
    )


def _changing(
    dataset: Dataset, places: Mapping[str, Place], relations: Relations, name: str
) -> Iterator[Link]:
    tables = Tables(dataset, {known: dataset.tables[known] for known in places})
    for kind, column in typed_keys(relations, name, tables.all[name].columns):
        types = text(tables.all[name][kind])
        try:
            told = dataset.fetch(
                tables.all[name].select(kind=types).filter(lambda t: t.kind.notnull()).distinct(), _MOST_TYPES
            )
        except SourceError:  # counting the table says so for the whole of it
            continue
        meant: dict[str, list[str]] = {}
        for row in told:
            if (parent := table_of(str(row["kind"]), places)) is not None and places[parent].key:
                meant.setdefault(parent, []).append(str(row["kind"]))
        for parent, kinds in sorted(meant.items()):
            if len(places[parent].key) == 1:
                yield Link(
                    Reference(name, (column,), parent, places[parent].key, Origin.INFERRED),
                    kind,
                    tuple(sorted(kinds)),
                )


@dataclass(frozen=True)
class Standing:
    """What a row that refers to a person is: about that person or only linked, and whether what hangs on it
    is looked at too.
    """

    about: bool
    followed: bool


def standing(link: Link, place: Place, others: tuple[Link, ...]) -> Standing:
    """Return what a row is to the person it refers to.

    What the policy calls the subject key decides. Else whoever works on a row has it as their own only where
    it refers to nobody else (a ticket is its requester's, not its assignee's), and who once changed it is
    never more than linked. A row of people is another person.

    Args:
        link: the reference to a person.
        place: the table of the row.
        others: all its references to people, this one among them.
    """
    column = link.reference.columns
    if place.subject is not None:
        return Standing(column == (place.subject,), column == (place.subject,))
    if place.people or link.is_history:
        return Standing(False, False)
    mine = not link.serves or not any(not o.serves and not o.is_history for o in others if o is not link)
    return Standing(mine, mine)

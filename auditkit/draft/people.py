"""Whom the rows of each table are about: people of their own, or people that they refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditkit.relations import Reference, Relations
from auditkit.relations.names import PEOPLE, is_people, is_role, singular, stem

_STAFF = frozenset("employee staff agent worker teacher operator admin administrator".split())
"""Nouns for people who act for the organisation: a row is rather about the other person that it names."""
_STEPS = 3
"""How many references away from people a table may be."""
_DIRECT = frozenset("PERSON EMAIL_ADDRESS PHONE_NUMBER NATIONAL_ID DATE_OF_BIRTH".split())
"""What says who somebody is."""


@dataclass(frozen=True)
class About:
    """Whom the rows of a table are about.

    Attributes:
        kind: the kind of person, from the name of their table.
        key: the column that says which person; None where only a row of another table says so.
        why: the evidence, in words.
        via: the reference to the person, or to the row about a person that the row belongs to.
        others: other columns that could say so.
        is_person: each row is a person.
    """

    kind: str
    key: str | None
    why: str
    via: Reference | None = None
    others: tuple[str, ...] = ()
    is_person: bool = False


def about(
    relations: Relations,
    columns: Mapping[str, Sequence[str]],
    entities: Mapping[str, Collection[str]],
    keys: Mapping[str, str],
) -> dict[str, About]:
    """Return whom the rows are about, for every table where that is known.

    Args:
        relations: the references of the tables.
        columns: the columns of every table.
        entities: for each table, what its columns hold of people.
        keys: the primary key of each table that has one of one column.
    """
    people = {name for name in columns if _are_people(name, columns[name], entities.get(name, ()))}
    found = {
        name: About(_kind(name), keys[name], "its rows are people", is_person=True)
        for name in people
        if name in keys
    }
    references = [r for r in relations.references if len(r.columns) == 1 and not r.is_self]
    for name in columns:
        if name not in found:
            to_people = [r for r in references if r.table == name and r.parent in people]
            if to_people:
                found[name] = _referring(to_people)
    persons = frozenset(people)
    for _ in range(_STEPS):
        found |= _derived(references, found, persons)
    for name in columns:
        if name not in found and name in keys and _DIRECT & set(entities.get(name, ())):
            found[name] = About(
                _kind(name), keys[name], "its columns say who somebody is, and no other table does"
            )
    return found


def _are_people(name: str, columns: Sequence[str], entities: Collection[str]) -> bool:
    """Return whether the rows are people: by the names of columns, or by the name and the content."""
    if _is_named(name):
        return is_people(name, tuple(columns)) or bool(_DIRECT & set(entities))
    refers = any((stem(column) or "") in PEOPLE for column in columns)
    return not refers and "PERSON" in entities and is_people(name, tuple(columns))


def _is_named(table: str) -> bool:
    """Return whether the name of a table is a noun for people."""
    return singular(table).rpartition("_")[2] in PEOPLE


def _referring(references: Sequence[Reference]) -> About:
    """Return whom a row is about that refers to people: a customer rather than the employee who helped."""
    ranked = sorted(references, key=_rank)
    first = ranked[0]
    others = tuple(r.columns[0] for r in ranked[1:])
    return About(_kind(first.parent), first.columns[0], f"it refers to {first.parent}", first, others)


def _rank(reference: Reference) -> tuple[bool, bool, bool, str]:
    column, noun = reference.columns[0], singular(reference.parent).rpartition("_")[2]
    return not _is_named(reference.parent), noun in _STAFF, is_role(stem(column) or column), column


def _derived(
    references: Iterable[Reference], found: Mapping[str, About], people: frozenset[str]
) -> dict[str, About]:
    """Return the tables that a next step reaches: their rows are parts of rows about a person."""
    new: dict[str, About] = {}
    for reference in references:
        parent = reference.parent
        if reference.table in found or reference.table in new or parent not in found or parent in people:
            continue
        kind = found[parent].kind
        new[reference.table] = About(kind, None, f"it belongs to {parent}", via=reference)
    return new


def _kind(table: str) -> str:
    """Return the kind of person, without the part of a name that is the module's, as in `auth_user`."""
    noun = singular(table)
    return noun.rpartition("_")[2] if _is_named(table) else noun.replace("_", " ")

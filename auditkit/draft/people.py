"""Whom the rows of each table are about: people of their own, or people that they refer to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditkit.relations import Reference, Relations
from auditkit.relations.names import PEOPLE, ROLES, is_people, singular, stem, words

_STAFF = frozenset("employee staff agent worker teacher operator admin administrator".split())
"""Nouns for people who act for the organisation: a row is rather about the other person that it names."""
_STEPS = 3
"""How many references away from people a table may be."""
_DIRECT = frozenset("PERSON EMAIL_ADDRESS PHONE_NUMBER NATIONAL_ID DATE_OF_BIRTH".split())
"""What says who somebody is."""
_TELLING = frozenset("EMAIL_ADDRESS PHONE_NUMBER NATIONAL_ID".split())
"""What tells people apart by itself."""
_SUBJECTS = frozenset(
    "owner author requester requestor reporter sender recipient invitee holder beneficiary payer payee buyer"
    " purchaser signatory".split()
)
"""Roles of the person that a row is about; other roles are those of somebody who worked on it."""


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
    entities: Mapping[str, Mapping[str, str]],
    keys: Mapping[str, str],
) -> dict[str, About]:
    """Return whom the rows are about, for every table where that is known.

    Args:
        relations: the references of the tables.
        columns: the columns of every table.
        entities: what the columns with personal data hold, by table.
        keys: the primary key of each table that has one of one column.
    """
    people = {name for name in columns if _are_people(name, columns[name], entities.get(name, {}).values())}
    found = {
        name: About(_kind(name), keys[name], "its rows are people", is_person=True)
        for name in people
        if name in keys
    }
    references = [r for r in relations.references if len(r.columns) == 1 and not r.is_self]
    for name in columns.keys() - found.keys():
        to_people = [r for r in references if r.table == name and r.parent in people]
        by_itself = _by_itself(name, entities.get(name, {}), keys.get(name))
        about_one = _referring(to_people) or by_itself or _perhaps(to_people)
        if about_one is not None:
            found[name] = about_one
    found |= _through_several(relations.references, found)
    whole = {name for name, one in found.items() if one.via is None and one.key in (None, keys.get(name))}
    for _ in range(_STEPS):
        found |= _derived(references, found, frozenset(whole))
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


def _referring(references: Sequence[Reference]) -> About | None:
    """Return whom a row is about that refers to people: a customer rather than the employee who helped."""
    ranked = sorted((r for r in references if _says_whom(r)), key=_rank)
    if not ranked:
        return None
    first = ranked[0]
    others = tuple(r.columns[0] for r in ranked[1:])
    return About(_kind(first.parent), first.columns[0], f"it refers to {first.parent}", first, others)


def _says_whom(reference: Reference) -> bool:
    """Return whether a reference names the person that a row is about, and not one who worked on it."""
    (column,), parent = reference.columns, singular(reference.parent)
    noun = stem(column) or words(column)
    parts = noun.split("_")
    is_noun = parts[-1] in PEOPLE or parts[-1] == parent.rpartition("_")[2]
    return noun in _SUBJECTS or (is_noun and ROLES.isdisjoint(parts))


def _perhaps(references: Sequence[Reference]) -> About | None:
    """Return what to propose for rows that name only people who work on them."""
    if not references:
        return None
    columns = tuple(sorted(r.columns[0] for r in references))
    parents = sorted({r.parent for r in references})
    return About(
        _kind(parents[0]), None, f"it names who worked on a row, in {', '.join(parents)}", None, columns
    )


def _by_itself(name: str, entities: Mapping[str, str], key: str | None) -> About | None:
    """Return whom a row is about whose own columns say it: by the only address or number, else by its key."""
    if not _DIRECT & set(entities.values()):
        return None
    telling = [column for column, entity in entities.items() if entity in _TELLING]
    chosen = telling[0] if len(telling) == 1 else key
    if chosen is None:
        return None
    return About(_kind(name), chosen, "its own columns say who somebody is")


def _rank(reference: Reference) -> tuple[bool, bool, bool, str]:
    column, noun = reference.columns[0], singular(reference.parent).rpartition("_")[2]
    return not _is_named(reference.parent), noun in _STAFF, stem(column) in _SUBJECTS, column


def _through_several(references: Iterable[Reference], found: Mapping[str, About]) -> dict[str, About]:
    """Return the tables that refer by several columns, one of which is the person that the parent names."""
    new: dict[str, About] = {}
    for r in references:
        parent = found.get(r.parent)
        if r.is_self or r.table in found or parent is None or len(r.columns) == 1:
            continue
        own = dict(zip(r.parent_columns, r.columns, strict=True)).get(parent.key or "")
        if own is not None:
            new[r.table] = About(parent.kind, own, f"it refers to {r.parent}")
    return new


def _derived(
    references: Iterable[Reference], found: Mapping[str, About], whole: frozenset[str]
) -> dict[str, About]:
    """Return the tables that a next step reaches: their rows are parts of rows about a person.

    What refers to people themselves, to suppliers or to other `whole` rows is no part of them.
    """
    new: dict[str, About] = {}
    for reference in references:
        parent = reference.parent
        known = found.get(parent)
        if reference.table in found or reference.table in new or known is None or parent in whole:
            continue
        kind = known.kind
        new[reference.table] = About(kind, None, f"it belongs to {parent}", via=reference)
    return new


def _kind(table: str) -> str:
    """Return the kind of person, without the part of a name that is the module's, as in `auth_user`."""
    noun = singular(table)
    return noun.rpartition("_")[2] if _is_named(table) else noun.replace("_", " ")

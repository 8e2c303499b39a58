"""Who the data subject is: the rows of tables of people that are this person, and by what else those rows
know the person.

An identifier that a row of the subject holds is followed only where no other person's row has it; an account
and the person it belongs to are one only where they are one to one. Otherwise the request of one would be
answered with the data of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditkit.errors import UsageError
from auditkit.locate.ground import Ground, Keys, values
from auditkit.locate.identifiers import LEAST_IN_TEXT, MOST, Identifier, Kind, of
from auditkit.locate.links import Link
from auditkit.locate.matching import Condition, any_of, is_any, text
from auditkit.locate.places import Column, Place

ROUNDS = 3
"""So many times what was found in the subject's rows is looked for in turn."""
MOST_ROWS = 100
"""Identifiers that more rows of people have are nobody's."""


@dataclass
class Persons:
    """The data subject as far as known: identifiers, the rows that are this person, and the subject keys by
    the kind of person.
    """

    identifiers: list[Identifier] = field(repr=False)
    same: dict[str, list[tuple[tuple[str, ...], Keys, str]]] = field(default_factory=dict)
    subjects: dict[str, Keys] = field(default_factory=dict)
    settled: dict[str, Condition] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def by_value(self, place: Place) -> Condition:
        """Return which rows of a table of people hold an identifier as their own."""
        return any_of(
            condition for column, condition in values(place, self.identifiers) if not column.is_role
        )

    def rows(self, place: Place) -> Condition:
        """Return which rows of a table of people are the data subject: by their keys, as soon as those are
        settled.
        """
        if place.name in self.settled:
            return self.settled[place.name]
        return any_of(
            [
                self.by_value(place),
                *(self.member(columns, keys) for columns, keys, _ in self.same.get(place.name, ())),
            ]
        )

    @staticmethod
    def member(columns: Sequence[str], keys: Keys) -> Condition:
        """Return which rows hold one of some keys."""
        return lambda t: keys.held_by(t, columns)

    def add(self, table: str, columns: tuple[str, ...], keys: Keys, path: str) -> bool:
        """Take rows of a table of people for the data subject; return whether that is new."""
        known = self.same.setdefault(table, [])
        if not keys or any(columns == c and set(keys.values) <= set(k.values) for c, k, _ in known):
            return False
        known.append((columns, keys, path))
        return True


def resolve(ground: Ground, given: Sequence[Identifier]) -> Persons:
    """Return who the data subject is.

    Raises:
        UsageError: what is given stands in several tables of people, or fits too many rows.
    """
    persons = Persons(list(given))
    _refuse_ambiguous(ground, given)
    for _ in range(ROUNDS):
        grown = False
        for place in ground.people:
            grown |= _looked_at(ground, persons, place)
        if not grown:
            break
    _without_people(ground, persons)
    for place in ground.people:
        mine = persons.rows(place)
        rows = ground.count(place.name, mine)
        if place.key:
            persons.settled[place.name] = persons.member(place.key, ground.keys(place.name, place.key, mine))
        if rows > 1:
            persons.notes.append(
                f"{rows} rows of {place.name} are taken for the data subject: see that they are one person"
                " before anything is disclosed"
            )
    return persons


def _refuse_ambiguous(ground: Ground, given: Sequence[Identifier]) -> None:
    """Refuse a bare number that rows of several tables of people have: each numbers its own from 1."""
    for identifier in given:
        if identifier.kind is not Kind.NUMBER or identifier.column is not None:
            continue
        keys = [
            f"{place.name}.{column.name}"
            for place in ground.people
            for column, condition in values(place, [identifier])
            if not (column.is_phone or column.is_official) and ground.count(place.name, condition)
        ]
        if len({k.rpartition(".")[0] for k in keys}) > 1:
            raise UsageError(
                f"one of the identifiers is in several tables of people ({', '.join(keys)}), and so perhaps"
                f" several persons': say which is meant, as in {keys[0]}=..."
            )


def _looked_at(ground: Ground, persons: Persons, place: Place) -> bool:
    """Look at the subject's rows of one table of people; return whether they told anything new."""
    mine = persons.rows(place)
    rows = ground.count(place.name, mine)
    if rows > MOST_ROWS:
        raise UsageError(f"these identifiers fit {rows:,} rows of {place.name}: they single nobody out")
    if not rows:
        return False
    grown = _take(ground, persons, place, mine)
    if place.subject is not None and place.type is not None:
        persons.subjects[place.type] = ground.keys(place.name, (place.subject,), mine)
        for other in ground.people:
            if other.type == place.type and other.subject is not None and other.name != place.name:
                path = f"subject key {other.name}.{other.subject}"
                grown |= persons.add(other.name, (other.subject,), persons.subjects[place.type], path)
    for link in ground.links:
        grown |= _one_to_one(ground, persons, place, link, mine)
    return grown


def _one_to_one(ground: Ground, persons: Persons, place: Place, link: Link, mine: Condition) -> bool:
    """Take the other end of a reference between people for the same person, where each has one row."""
    r = link.reference
    ends = (r.table, r.parent)
    if (
        link.is_role
        or r.is_self
        or link.kind
        or ground.root in ends
        or not all(ground.places[e].people for e in ends)
    ):
        return False
    if place.name == r.parent:
        keys = ground.keys(r.parent, r.parent_columns, mine)
        rows = ground.count(r.table, persons.member(r.columns, keys)) if keys else 0
        return 0 < rows <= len(keys.values) and persons.add(r.table, r.columns, keys, str(link))
    if place.name != r.table:
        return False
    keys = ground.keys(r.table, r.columns, mine)
    if not keys or ground.count(r.table, lambda t: keys.held_by(t, r.columns) & ~mine(t)):
        return False
    return persons.add(r.parent, r.parent_columns, keys, str(link))


def _take(ground: Ground, persons: Persons, place: Place, mine: Condition) -> bool:
    """Take over the identifiers that stand in the subject's own rows and in nobody else's; return whether
    there was a new one.
    """
    links = {c for k in ground.links if k.reference.table == place.name for c in k.reference.columns}
    taken = [c for c in place.columns if c.is_taken and c.name not in links]
    known = {i.text for i in persons.identifiers if i.column is None}
    new: dict[str, Identifier] = {}
    table = ground.table(place.name)
    for column in taken:
        cells = ground.fetch(
            place.name, table.filter(mine(table)).select(cell=text(table[column.name])).distinct(), MOST
        )
        found = [of(str(row["cell"])) for row in cells if row["cell"]]
        new |= {i.text: i for i in found if i.text not in known and _tells(i, column)}
    if not new or len(persons.identifiers) + len(new) > 2 * MOST:
        return False
    others = {
        f"n{n}": table.count(
            where=any_of(_is(c.name, i, phone=c.is_phone) for c in taken)(table) & ~mine(table)
        )
        for n, i in enumerate(new.values())
    }
    counted = ground.fetch(place.name, table.aggregate(**others))
    own = [i for n, i in enumerate(new.values()) if counted and not counted[0][f"n{n}"]]
    if shared := len(new) - len(own):
        told = f"{shared} of the identifiers in the subject's rows of {place.name} are other people's too"
        persons.notes.append(f"{told}: they were not followed")
    persons.identifiers += own
    return bool(own)


def _is(column: str, identifier: Identifier, *, phone: bool) -> Condition:
    return lambda t: is_any(t[column], [identifier], phone=phone)


def _tells(identifier: Identifier, column: Column) -> bool:
    """Return whether what stands in a cell says by itself who is meant; a sentence with an address in it does
    not.
    """
    if identifier.kind is Kind.NAME or (column.is_email and identifier.kind is not Kind.EMAIL):
        return False
    if identifier.numeric or column.is_phone:
        return identifier.numeric and identifier.searchable
    return len(identifier.text) >= LEAST_IN_TEXT and (column.is_official or " " not in identifier.text)


def _without_people(ground: Ground, persons: Persons) -> None:
    """Take a subject key from rows that hold an identifier, where no table lists the people of that kind and
    only one key is there.
    """
    of_people = {p.type for p in ground.people}
    for kind in sorted({p.type for p in ground.places.values() if p.type is not None} - of_people):
        found = set(_keys_beside(ground, persons, kind))
        if len(found) == 1:
            persons.subjects[kind] = Keys(tuple(found))


def _keys_beside(ground: Ground, persons: Persons, kind: str) -> Iterator[object]:
    for place in ground.places.values():
        if place.type == kind and place.subject is not None and place.name not in ground.unseen:
            yield from ground.keys(place.name, (place.subject,), persons.by_value(place)).values

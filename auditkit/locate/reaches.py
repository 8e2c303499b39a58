"""The ways that lead from a data subject to the rows of each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import ibis.expr.types as ir

from auditkit.dataset.identity import is_apart
from auditkit.locate.ground import Ground, Keys, values
from auditkit.locate.identifiers import Identifier
from auditkit.locate.links import Link, standing
from auditkit.locate.location import Level
from auditkit.locate.matching import Condition, any_of, holds_any
from auditkit.locate.persons import Persons
from auditkit.locate.places import Place
from auditkit.relations import Origin

STEPS = 4
"""So many references are followed down from a row about the subject, as for tenants."""


@dataclass(frozen=True)
class Reach:
    """One way to rows of a table by some of its columns; `followed` says whether what hangs on those rows is
    looked at too.
    """

    path: str
    origin: str
    confidence: str
    level: Level
    followed: bool
    columns: tuple[str, ...]
    condition: Condition = field(repr=False)


def reaches(ground: Ground, persons: Persons) -> Mapping[str, Sequence[Reach]]:
    """Return every way to rows of every table, each path once."""
    found: dict[str, dict[tuple[str, Level], Reach]] = {name: {} for name in ground.places}
    for place in ground.places.values():
        for reach in (
            *_by_value(ground, persons, place),
            *_by_person(ground, persons, place),
            *_in_texts(persons, place),
        ):
            _join(found[place.name], reach)
    _hanging(ground, persons, found)
    return {name: tuple(ways.values()) for name, ways in found.items()}


def of_others(ground: Ground, persons: Persons, place: Place) -> Condition | None:
    """Return which rows of a table refer to a person who is not the data subject, or None where none can."""
    conditions = [
        _names_another(k, _own_keys(ground, persons, k))
        for k in ground.to_people(place.name)
        if not k.is_history
    ]
    linked = {c for k in ground.to_people(place.name) for c in k.reference.columns}
    if (
        place.subject is not None
        and place.type is not None
        and not place.people
        and place.subject not in linked
    ):
        conditions.append(_other_subject(place.subject, persons.subjects.get(place.type, Keys())))
    return any_of(conditions) if conditions else None


def _join(ways: dict[tuple[str, Level], Reach], reach: Reach) -> None:
    known = ways.get((reach.path, reach.level))
    both = reach if known is None else replace(known, condition=any_of([known.condition, reach.condition]))
    ways[reach.path, reach.level] = both


def _by_value(ground: Ground, persons: Persons, place: Place) -> list[Reach]:
    """Return the ways by cells that are an identifier; in the column of whoever did something to another's
    row it is a part in it.
    """
    anothers = (
        place.people or place.subject is not None or any(not k.is_role for k in ground.to_people(place.name))
    )
    found = []
    for column, condition in values(place, persons.identifiers):
        part = column.is_role and anothers and column.name != place.subject
        level = Level.LINKED if part else Level.ABOUT
        found.append(
            Reach(
                f"value of {place.name}.{column.name}",
                "value",
                "high",
                level,
                not part,
                (column.name,),
                condition,
            )
        )
    return found


def _by_person(ground: Ground, persons: Persons, place: Place) -> list[Reach]:
    """Return the ways by what the subject's own rows are called: the same person's rows, subject keys,
    references.
    """
    found = [
        Reach(path, "same person", "medium", Level.ABOUT, True, columns, persons.member(columns, keys))
        for columns, keys, path in persons.same.get(place.name, ())
    ]
    keys = persons.subjects.get(place.type or "")
    if place.subject is not None and not place.people and keys:
        told, path = (place.subject,), f"subject key {place.name}.{place.subject}"
        found.append(Reach(path, "policy", "high", Level.ABOUT, True, told, persons.member(told, keys)))
    paths = {path for _, _, path in persons.same.get(place.name, ())}
    to_people = ground.to_people(place.name)
    selfish = [
        k for k in ground.links if k.reference.table == place.name and k.reference.is_self and place.people
    ]
    for link in (*to_people, *selfish):
        own = _own_keys(ground, persons, link)
        if not own or str(link) in paths:
            continue
        stands = standing(link, place, to_people)
        level = Level.ABOUT if stands.about else Level.LINKED
        found.append(_referring(link, own, level, followed=stands.followed))
    return found


def _in_texts(persons: Persons, place: Place) -> list[Reach]:
    """Return the ways by texts in which an identifier stands; a cell that is nothing else is no text."""
    told = [i for i in persons.identifiers if i.searchable and i.column is None]
    whole = {column.name: condition for column, condition in values(place, persons.identifiers)}
    return [
        Reach(
            f"text of {place.name}.{c.name}",
            "text",
            "medium",
            Level.MENTIONED,
            False,
            (c.name,),
            _holds(c.name, told, whole.get(c.name)),
        )
        for c in place.texts
        if told
    ]


def _hanging(ground: Ground, persons: Persons, found: dict[str, dict[tuple[str, Level], Reach]]) -> None:
    """Add the rows that hang on rows about the subject, step by step; people hang on nobody, and everything
    hangs on a tenant.
    """
    frontier: dict[str, Condition] = {}
    for name, ways in found.items():
        followed = [r.condition for r in ways.values() if r.followed and r.level is Level.ABOUT]
        if followed and not ground.places[name].people and name != ground.root:
            frontier[name] = any_of(followed)
    looked: set[tuple[Link, Keys]] = set()
    for _ in range(STEPS):
        reached: dict[str, list[Condition]] = {}
        known: dict[tuple[str, tuple[str, ...]], Keys] = {}
        for link in ground.links:
            table, parent = link.reference.table, link.reference.parent
            if (
                parent not in frontier
                or ground.places[table].people
                or link.is_history
                or table == ground.root
            ):
                continue
            called = (parent, link.reference.parent_columns)
            keys = known[called] = (
                known[called] if called in known else ground.keys(*called, frontier[parent])
            )
            if not keys or (link, keys) in looked or not _joinable(ground, table, parent, keys):
                continue
            looked.add((link, keys))
            reach = _referring(link, keys, Level.LINKED, followed=True)
            _join(found[table], reach)
            reached.setdefault(table, []).append(reach.condition)
        frontier = {
            name: _not_anothers(ground, persons, ground.places[name], any_of(c))
            for name, c in reached.items()
        }


def _joinable(ground: Ground, table: str, parent: str, keys: Keys) -> bool:
    return keys.query is None or not is_apart(ground.table(table), ground.table(parent))


def _not_anothers(ground: Ground, persons: Persons, place: Place, condition: Condition) -> Condition:
    """Return a condition without the rows that are another person's."""
    others = of_others(ground, persons, place)
    return condition if others is None else lambda t: condition(t) & ~others(t)


def _own_keys(ground: Ground, persons: Persons, link: Link) -> Keys:
    parent = ground.places[link.reference.parent]
    return ground.keys(parent.name, link.reference.parent_columns, persons.rows(parent))


def _referring(link: Link, keys: Keys, level: Level, *, followed: bool) -> Reach:
    """Return the way by a reference to rows that have some keys."""
    r = link.reference
    sure = "medium" if r.origin is Origin.INFERRED else "high"
    return Reach(
        str(link),
        r.origin.value,
        sure,
        level,
        followed,
        r.columns,
        lambda t: keys.held_by(t, r.columns) & link.applies(t),
    )


def _names_another(link: Link, own: Keys) -> Condition:
    def names(t: ir.Table) -> ir.BooleanValue:
        there = t[link.reference.columns[0]].notnull() & link.applies(t)
        return there & ~own.held_by(t, link.reference.columns)

    return names


def _other_subject(column: str, own: Keys) -> Condition:
    return lambda t: t[column].notnull() & ~own.held_by(t, (column,))


def _holds(column: str, identifiers: list[Identifier], whole: Condition | None) -> Condition:
    if whole is None:
        return lambda t: holds_any(t[column], identifiers)
    return lambda t: holds_any(t[column], identifiers) & ~whole(t)

"""The routes that lead from a data subject to the rows of each table.

A row is reached in one of three ways: it holds an identifier as a whole cell, it refers to a row of the
subject, or an identifier stands inside one of its texts. From a row about the subject the search goes on to
the rows that refer to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import ibis.expr.types as ir

from auditkit.dataset.identity import is_apart
from auditkit.locate.data_subject import DataSubject
from auditkit.locate.identifiers import Identifier
from auditkit.locate.links import Link, is_about_parent
from auditkit.locate.location import Level
from auditkit.locate.matching import Condition, any_of, holds_any
from auditkit.locate.search_space import Keys, SearchSpace
from auditkit.locate.tables import SearchedTable
from auditkit.locate.whole_cells import whole_cells
from auditkit.relations import Origin

MAX_STEPS = 4
"""How many references are followed down from a row about the subject, as for tenants."""


@dataclass(frozen=True)
class Route:
    """One way to rows of a table, before they are counted.

    Attributes:
        path: what a reader calls it, such as `value of users.email`.
        origin: how the route is known.
        confidence: high or medium.
        level: what the rows are to the data subject.
        followed: the search goes on to the rows that refer to these.
        columns: the columns that it reads.
        condition: the rows that it leads to.
    """

    path: str
    origin: str
    confidence: str
    level: Level
    followed: bool
    columns: tuple[str, ...]
    condition: Condition = field(repr=False)


_Found = dict[tuple[str, Level], Route]
"""The routes to one table; a path leads to each level at most once."""


@dataclass
class Routes:
    """Finds the routes from a data subject to the rows of each table."""

    space: SearchSpace
    subject: DataSubject
    _keys_of_own_rows: dict[tuple[str, tuple[str, ...]], Keys] = field(default_factory=dict, init=False)

    def to_tables(self) -> Mapping[str, Sequence[Route]]:
        """Return every route to rows of every table."""
        found = {name: self._direct(table) for name, table in self.space.tables.items()}
        self._follow(found)
        return {name: tuple(routes.values()) for name, routes in found.items()}

    def rows_of_others(self, table: SearchedTable) -> Condition | None:
        """Return which rows of a table refer to another person, or None where none can."""
        to_people = self.space.links_to_people(table.name)
        conditions = [_refers_to_another(k, self._own_keys(k)) for k in to_people if not k.is_history]
        linked = {c for link in to_people for c in link.reference.columns}
        subject = table.subject if table.subject not in linked and not table.lists_people else None
        if subject is not None and table.subject_type is not None:
            own = self.subject.subject_keys.get(table.subject_type, Keys())
            conditions.append(_has_another_subject(subject, own))
        return any_of(conditions) if conditions else None

    def _direct(self, table: SearchedTable) -> _Found:
        """Return the routes that follow no reference from one row to the next."""
        found: _Found = {}
        for route in (
            *self._by_value(table),
            *self._of_same_person(table),
            *self._by_subject_key(table),
            *self._by_reference(table),
            *self._by_text(table),
        ):
            _add(found, route)
        return found

    def _by_value(self, table: SearchedTable) -> Iterator[Route]:
        """Yield the routes by cells that are an identifier.

        A column that names who acted on another person's row makes the row only linked.
        """
        owners = [link for link in self.space.links_to_people(table.name) if not link.is_actor]
        is_of_a_person = table.lists_people or table.subject is not None or bool(owners)
        for column, condition in whole_cells(table, self.subject.identifiers):
            is_only_linked = column.is_actor and is_of_a_person and column.name != table.subject
            yield Route(
                f"value of {table.name}.{column.name}",
                "value",
                "high",
                Level.LINKED if is_only_linked else Level.ABOUT,
                not is_only_linked,
                (column.name,),
                condition,
            )

    def _of_same_person(self, table: SearchedTable) -> Iterator[Route]:
        """Yield the routes to rows of people that belong to the data subject, as another row says."""
        for own in self.subject.own_rows.get(table.name, ()):
            yield Route(own.path, "same person", "medium", Level.ABOUT, True, own.columns, own.condition)

    def _by_subject_key(self, table: SearchedTable) -> Iterator[Route]:
        """Yield the route by the column that the policy calls the subject key."""
        keys = self.subject.subject_keys.get(table.subject_type or "")
        if table.subject is not None and not table.lists_people and keys:
            path, columns = f"subject key {table.name}.{table.subject}", (table.subject,)
            yield Route(path, "policy", "high", Level.ABOUT, True, columns, keys.held_in(columns))

    def _by_reference(self, table: SearchedTable) -> Iterator[Route]:
        """Yield the routes by references to the subject's own rows."""
        known = {own.path for own in self.subject.own_rows.get(table.name, ())}
        to_people = self.space.links_to_people(table.name)
        to_itself = [k for k in self.space.links if k.table == table.name and k.reference.is_self]
        for link in (*to_people, *(to_itself if table.lists_people else ())):
            keys = self._own_keys(link)
            if keys and str(link) not in known:
                is_about = is_about_parent(link, table, to_people)
                yield _referring(link, keys, Level.ABOUT if is_about else Level.LINKED, followed=is_about)

    def _by_text(self, table: SearchedTable) -> Iterator[Route]:
        """Yield the routes by texts that hold an identifier; a cell that is nothing else is no text."""
        identifiers = [
            identifier
            for identifier in self.subject.identifiers
            if identifier.is_long_enough_for_texts and identifier.column is None
        ]
        if not identifiers:
            return
        whole = {column.name: condition for column, condition in whole_cells(table, self.subject.identifiers)}
        for column in table.text_columns:
            path = f"text of {table.name}.{column.name}"
            condition = _holds(column.name, identifiers, whole.get(column.name))
            yield Route(path, "text", "medium", Level.MENTIONED, False, (column.name,), condition)

    def _follow(self, found: Mapping[str, _Found]) -> None:
        """Add the routes to rows that refer to rows about the subject, step by step."""
        reached: dict[str, Condition] = {}
        for name, routes in found.items():
            about = [r.condition for r in routes.values() if r.followed and r.level is Level.ABOUT]
            if about and self._may_be_followed_from(name):
                reached[name] = any_of(about)
        looked_up: set[tuple[Link, Keys]] = set()
        for _ in range(MAX_STEPS):
            new = list(self._one_step(reached, looked_up))
            for name, route in new:
                _add(found[name], route)
            reached = {name: self._without_others(name, new) for name, _ in new}

    def _may_be_followed_from(self, name: str) -> bool:
        """Return whether rows that refer to a table belong to the subject with it.

        Nobody belongs to another person, and a whole tenant belongs to none of its people.
        """
        return not self.space.tables[name].lists_people and name != self.space.root

    def _one_step(
        self, reached: Mapping[str, Condition], looked_up: set[tuple[Link, Keys]]
    ) -> Iterator[tuple[str, Route]]:
        """Yield the routes, with their tables, that lead one reference on from the rows that were reached."""
        known: dict[tuple[str, tuple[str, ...]], Keys] = {}
        for link in self.space.links:
            if link.parent not in reached or link.is_history or not self._may_be_followed_from(link.table):
                continue
            key = (link.parent, link.reference.parent_columns)
            if key not in known:
                known[key] = self.space.keys(*key, reached[link.parent])
            keys = known[key]
            if keys and (link, keys) not in looked_up and self._can_be_joined(link, keys):
                looked_up.add((link, keys))
                yield link.table, _referring(link, keys, Level.LINKED, followed=True)

    def _can_be_joined(self, link: Link, keys: Keys) -> bool:
        """Return whether the table can be compared with keys; a query for keys runs on one engine only."""
        if keys.query is None:
            return True
        return not is_apart(self.space.rows(link.table), self.space.rows(link.parent))

    def _without_others(self, name: str, routes: Iterable[tuple[str, Route]]) -> Condition:
        """Return the rows of a table that some routes reach, without those of another person."""
        reached = any_of(route.condition for table, route in routes if table == name)
        others = self.rows_of_others(self.space.tables[name])
        return reached if others is None else lambda t: reached(t) & ~others(t)

    def _own_keys(self, link: Link) -> Keys:
        """Return the keys by which a reference would refer to the subject's own rows."""
        key = (link.parent, link.reference.parent_columns)
        if key not in self._keys_of_own_rows:
            own = self.subject.rows(self.space.tables[link.parent])
            self._keys_of_own_rows[key] = self.space.keys(*key, own)
        return self._keys_of_own_rows[key]


def _add(found: _Found, route: Route) -> None:
    """Add a route; where its path leads to this level already, the two become one."""
    at = (route.path, route.level)
    if at in found:
        route = replace(found[at], condition=any_of([found[at].condition, route.condition]))
    found[at] = route


def _referring(link: Link, keys: Keys, level: Level, *, followed: bool) -> Route:
    """Return the route by a reference to rows with some keys."""
    reference, held = link.reference, keys.held_in(link.reference.columns)
    confidence = "medium" if reference.origin is Origin.INFERRED else "high"
    return Route(
        str(link),
        reference.origin.value,
        confidence,
        level,
        followed,
        reference.columns,
        lambda t: held(t) & link.applies(t),
    )


def _refers_to_another(link: Link, own: Keys) -> Condition:
    held = own.held_in(link.reference.columns)

    def refers(t: ir.Table) -> ir.BooleanValue:
        return t[link.reference.columns[0]].notnull() & link.applies(t) & ~held(t)

    return refers


def _has_another_subject(column: str, own: Keys) -> Condition:
    held = own.held_in((column,))
    return lambda t: t[column].notnull() & ~held(t)


def _holds(column: str, identifiers: list[Identifier], whole: Condition | None) -> Condition:
    if whole is None:
        return lambda t: holds_any(t[column], identifiers)
    return lambda t: holds_any(t[column], identifiers) & ~whole(t)

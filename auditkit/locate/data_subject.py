"""Who the data subject is: which rows of tables of people are this person, and what identifies the person.

The request of one person must not be answered with the data of another. So an identifier in a row of the
subject is followed only where no row of another person has it, and an account belongs to a person only where
each of the two has exactly one of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditkit.errors import UsageError
from auditkit.locate.columns import Column
from auditkit.locate.identifiers import (
    MAX_IDENTIFIERS,
    MIN_LENGTH_IN_TEXT,
    Identifier,
    Kind,
)
from auditkit.locate.links import Link
from auditkit.locate.matching import Condition, any_of, is_any, text
from auditkit.locate.search_space import Keys, SearchSpace
from auditkit.locate.tables import SearchedTable
from auditkit.locate.whole_cells import whole_cells

MAX_ROUNDS = 3
"""How often the identifiers that were found in the subject's rows are looked for in turn."""
MAX_ROWS = 100
"""Identifiers that more rows of one table of people have do not identify one person."""


@dataclass(frozen=True)
class OwnRows:
    """Rows of a table of people that are the data subject: those with these keys in these columns."""

    columns: tuple[str, ...]
    keys: Keys
    path: str

    @property
    def condition(self) -> Condition:
        """Which rows they are."""
        return self.keys.held_in(self.columns)


@dataclass
class DataSubject:
    """What is known about the data subject so far.

    Attributes:
        identifiers: those of the request, and those that were found in the subject's own rows.
        own_rows: by table of people, the rows that are this person, where something else than a value of the
            row says so.
        subject_keys: the subject keys of this person, by the kind of person that the policy declares.
        settled: by table of people, the rows that are this person, once the search for them has ended.
        notes: what the reader of the result has to know.
    """

    identifiers: list[Identifier] = field(repr=False)
    own_rows: dict[str, list[OwnRows]] = field(default_factory=dict)
    subject_keys: dict[str, Keys] = field(default_factory=dict)
    settled: dict[str, Condition] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def rows_by_value(self, table: SearchedTable) -> Condition:
        """Return which rows of a table hold an identifier in a column that is about the row's own person."""
        cells = whole_cells(table, self.identifiers)
        return any_of(condition for column, condition in cells if not column.is_actor)

    def rows(self, table: SearchedTable) -> Condition:
        """Return which rows of a table of people are the data subject."""
        if table.name in self.settled:
            return self.settled[table.name]
        known = (own.condition for own in self.own_rows.get(table.name, ()))
        return any_of([self.rows_by_value(table), *known])

    def add_rows(self, table: str, columns: tuple[str, ...], keys: Keys, path: str) -> bool:
        """Add rows of a table of people that are the data subject; return whether they are new."""
        known = self.own_rows.setdefault(table, [])
        if not keys or any(
            columns == own.columns and set(keys.values) <= set(own.keys.values) for own in known
        ):
            return False
        known.append(OwnRows(columns, keys, path))
        return True


def resolve(space: SearchSpace, identifiers: Sequence[Identifier]) -> DataSubject:
    """Return who the data subject is.

    Raises:
        UsageError: an identifier stands in several tables of people, or fits too many rows.
    """
    _refuse_ambiguous(space, identifiers)
    subject = DataSubject(list(identifiers))
    for _ in range(MAX_ROUNDS):
        is_new = [_learn_from(space, subject, table) for table in space.tables_of_people]
        if not any(is_new):
            break
    _take_keys_without_table(space, subject)
    for table in space.tables_of_people:
        _settle(space, subject, table)
    return subject


def _refuse_ambiguous(space: SearchSpace, identifiers: Sequence[Identifier]) -> None:
    """Refuse a bare number that several tables of people hold, as each of them counts its rows from 1.

    Raises:
        UsageError: a number is ambiguous; the message names the columns.
    """
    for number in identifiers:
        if number.kind is not Kind.NUMBER or number.column is not None:
            continue
        held_in = [
            (table.name, column.name)
            for table in space.tables_of_people
            for column, condition in whole_cells(table, [number])
            if not (column.is_phone or column.is_official) and space.count(table.name, condition)
        ]
        if len({table for table, _ in held_in}) > 1:
            columns = [f"{table}.{column}" for table, column in held_in]
            raise UsageError(
                f"one identifier is a number that several tables of people hold ({', '.join(columns)}), so it"
                f" may stand for several persons: say which column is meant, as in {columns[0]}=..."
            )


def _learn_from(space: SearchSpace, subject: DataSubject, table: SearchedTable) -> bool:
    """Learn from the subject's rows of one table of people; return whether anything was new.

    Raises:
        UsageError: the identifiers fit too many rows.
    """
    own = subject.rows(table)
    count = space.count(table.name, own)
    if count > MAX_ROWS:
        raise UsageError(
            f"the identifiers fit {count:,} rows of {table.name}, so they do not identify one person: give"
            " others"
        )
    if not count:
        return False
    is_new = [
        _take_identifiers(space, subject, table, own),
        _take_subject_key(space, subject, table, own),
        *(_take_linked_person(space, subject, table, link, own) for link in space.links),
    ]
    return any(is_new)


def _take_identifiers(space: SearchSpace, subject: DataSubject, table: SearchedTable, own: Condition) -> bool:
    """Take the identifiers in the subject's own rows that no other row has; return whether one was new."""
    columns = _columns_with_identifiers(space, table)
    found = _new_identifiers(space, subject, table, columns, own)
    if not found or len(subject.identifiers) + len(found) > 2 * MAX_IDENTIFIERS:
        return False
    rows = space.rows(table.name)
    in_other_rows = {
        f"n{n}": rows.count(where=any_of(_is(c, identifier) for c in columns)(rows) & ~own(rows))
        for n, identifier in enumerate(found)
    }
    counted = space.fetch(table.name, rows.aggregate(**in_other_rows))
    unshared = [identifier for n, identifier in enumerate(found) if counted and not counted[0][f"n{n}"]]
    if shared := len(found) - len(unshared):
        subject.notes.append(
            f"{shared} of the identifiers in the subject's rows of {table.name} are other people's too, so"
            " they were not followed"
        )
    subject.identifiers += unshared
    return bool(unshared)


def _columns_with_identifiers(space: SearchSpace, table: SearchedTable) -> list[Column]:
    referring = {c for link in space.links if link.table == table.name for c in link.reference.columns}
    return [c for c in table.columns if c.adds_identifiers and c.name not in referring]


def _new_identifiers(
    space: SearchSpace, subject: DataSubject, table: SearchedTable, columns: list[Column], own: Condition
) -> list[Identifier]:
    """Return the identifiers in some columns of the subject's own rows that are not known yet."""
    known = {identifier.text for identifier in subject.identifiers if identifier.column is None}
    found: dict[str, Identifier] = {}
    rows = space.rows(table.name)
    for column in columns:
        cells = rows.filter(own(rows)).select(cell=text(rows[column.name])).distinct()
        for row in space.fetch(table.name, cells, MAX_IDENTIFIERS):
            if not row["cell"]:
                continue
            identifier = Identifier.of(str(row["cell"]))
            if identifier.text not in known and _identifies(identifier, column):
                found[identifier.text] = identifier
    return list(found.values())


def _identifies(identifier: Identifier, column: Column) -> bool:
    """Return whether a cell identifies a person by itself; a sentence with an address in it does not."""
    if identifier.kind is Kind.NAME or (column.is_email and identifier.kind is not Kind.EMAIL):
        return False
    if identifier.is_numeric or column.is_phone:
        return identifier.is_numeric and identifier.is_long_enough_for_texts
    is_one_word = " " not in identifier.text or column.is_official
    return len(identifier.text) >= MIN_LENGTH_IN_TEXT and is_one_word


def _is(column: Column, identifier: Identifier) -> Condition:
    return lambda t: is_any(t[column.name], [identifier], phone=column.is_phone)


def _take_subject_key(space: SearchSpace, subject: DataSubject, table: SearchedTable, own: Condition) -> bool:
    """Take the subject key of the policy, and the rows with it in other tables of the same people."""
    if table.subject is None or table.subject_type is None:
        return False
    keys = space.keys(table.name, (table.subject,), own)
    subject.subject_keys[table.subject_type] = keys
    is_new = False
    for other in space.tables_of_people:
        if other.subject_type != table.subject_type or other.subject is None or other.name == table.name:
            continue
        path = f"subject key {other.name}.{other.subject}"
        is_new |= subject.add_rows(other.name, (other.subject,), keys, path)
    return is_new


def _take_linked_person(
    space: SearchSpace, subject: DataSubject, table: SearchedTable, link: Link, own: Condition
) -> bool:
    """Take the rows at the other end of a reference between people, where the two are one to one."""
    if not _may_join_people(space, link):
        return False
    columns, parent_columns = link.reference.columns, link.reference.parent_columns
    if table.name == link.parent:
        keys = space.keys(link.parent, parent_columns, own)
        referring = space.count(link.table, keys.held_in(columns)) if keys else 0
        is_one_to_one = 0 < referring <= len(keys.values)
        return is_one_to_one and subject.add_rows(link.table, columns, keys, str(link))
    if table.name == link.table:
        keys = space.keys(link.table, columns, own)
        same_parent = keys.held_in(columns)
        if keys and not space.count(link.table, lambda t: same_parent(t) & ~own(t)):
            return subject.add_rows(link.parent, parent_columns, keys, str(link))
    return False


def _may_join_people(space: SearchSpace, link: Link) -> bool:
    """Return whether both ends of a reference may be the same person."""
    if link.is_actor or link.reference.is_self or link.type_column or space.root in (link.table, link.parent):
        return False
    return space.tables[link.table].lists_people and space.tables[link.parent].lists_people


def _take_keys_without_table(space: SearchSpace, subject: DataSubject) -> None:
    """Take subject keys of kinds of people that no table lists.

    A key is taken from the rows that hold an identifier of the subject, where they all have the same one.
    """
    listed = {table.subject_type for table in space.tables_of_people}
    declared = {t.subject_type for t in space.tables.values() if t.subject_type is not None}
    for kind in sorted(declared - listed):
        keys = set(_keys_beside_identifiers(space, subject, kind))
        if len(keys) == 1:
            subject.subject_keys[kind] = Keys(tuple(keys))


def _keys_beside_identifiers(space: SearchSpace, subject: DataSubject, kind: str) -> Iterator[object]:
    for table in space.tables.values():
        if table.subject_type == kind and table.subject is not None and table.name not in space.unseen:
            yield from space.keys(table.name, (table.subject,), subject.rows_by_value(table)).values


def _settle(space: SearchSpace, subject: DataSubject, table: SearchedTable) -> None:
    """Fix which rows of a table of people are the data subject, by their keys where the table has one."""
    own = subject.rows(table)
    count = space.count(table.name, own)
    if table.key:
        subject.settled[table.name] = space.keys(table.name, table.key, own).held_in(table.key)
    if count > 1:
        subject.notes.append(
            f"{count} rows of {table.name} are taken for the data subject: check that they are one person"
            " before you disclose anything"
        )

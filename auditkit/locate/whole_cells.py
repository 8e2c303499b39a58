"""Where an identifier may fill a whole cell, and in which rows it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditkit.locate.columns import Column
from auditkit.locate.identifiers import Identifier, Kind
from auditkit.locate.matching import Condition, is_any
from auditkit.locate.tables import SearchedTable


def whole_cells(
    table: SearchedTable, identifiers: Sequence[Identifier]
) -> Iterator[tuple[Column, Condition]]:
    """Yield each column whose cells may be one of some identifiers, with the rows in which they are."""
    for column in table.columns:
        if fitting := [identifier for identifier in identifiers if _fits(identifier, table, column)]:
            yield column, _is_any_of(column, fitting)


def _is_any_of(column: Column, identifiers: list[Identifier]) -> Condition:
    return lambda t: is_any(t[column.name], identifiers, number=column.is_official, phone=column.is_phone)


def _fits(identifier: Identifier, table: SearchedTable, column: Column) -> bool:
    """Return whether a column may hold an identifier.

    A bare number stands in many columns, so it is compared only with those whose numbers stand for people. A
    name is never compared with a whole cell, as several people may have it.
    """
    if identifier.column is not None:
        return identifier.column == (table.name, column.name)
    match identifier.kind:
        case Kind.NAME:
            return False
        case Kind.EMAIL:
            return column.form != "number"
        case Kind.PHONE:
            return column.form != "number" or column.is_phone
        case Kind.NUMBER:
            names_a_person = table.lists_people and (column.is_identifying or column.is_code)
            is_subject_key = column.name == table.subject
            return names_a_person or is_subject_key or column.is_official or column.is_phone
        case Kind.OTHER:
            return column.form != "number" and (column.is_identifying or column.is_code)

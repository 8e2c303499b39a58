"""What a key of a policy names: a table, a column, a moment, a condition over columns.

Each field of a policy that names something in the source has one of these marks in its type. So the policy is
compared with the source by walking over it (`mentions`), and no key can be forgotten.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel


class Kind(StrEnum):
    """What is named."""

    TABLE = "table"
    TABLES = "tables"
    """A table, or a pattern with `*` that covers several."""
    PATTERN = "pattern"
    """As `TABLES`; a pattern may cover no table."""
    COLUMN = "column"
    INVENTORY = "inventory"
    """A column that is declared to hold something; a check finds that it is not there."""
    MOMENT = "moment"
    """A column that holds days or times."""
    TARGET = "target"
    """A table and its column, as in `users.id`."""
    CONDITION = "condition"
    """A condition over the columns of a table."""
    SOURCE = "source"
    """One of several sources, or a schema."""
    ROLE = "role"
    """A role of the database server, which knows its roles."""


class Of(StrEnum):
    """The table that has the column."""

    BLOCK = "block"
    """The table that the block is about."""
    ROOT = "root"
    """The table of the tenants."""
    PEOPLE = "people"
    """A table whose rows are people."""
    ANY = "any"
    """Some table of the source."""
    REACHED = "reached"
    """The table that the block is about; or another one, as in `tickets.closed_at`.

    The other one is named itself, or the column that refers to it is.
    """


def _itself(value: object) -> Iterable[str]:
    return (value,) if isinstance(value, str) else ()


@dataclass(frozen=True)
class Names:
    """Marks the type of a field: its value names something in the source.

    Attributes:
        kind: what it names.
        of: the table that has it.
        words: returns the names in a value that is not the name itself, as a clock of several columns.
    """

    kind: Kind
    of: Of = Of.BLOCK
    words: Callable[[Any], Iterable[str]] = field(default=_itself, repr=False, compare=False)


@dataclass(frozen=True)
class Keys:
    """Marks a mapping whose keys name something; with `about`, each value is about the table of its key."""

    names: Names
    about: bool = False


@dataclass(frozen=True)
class Mention:
    """One place where a policy names something.

    Attributes:
        names: what kind of thing is named.
        word: the name, or the condition.
        path: the keys that lead to the place.
        table: the table that the block is about, or a pattern of tables; None where the block is about none.
    """

    names: Names
    word: str
    path: tuple[str | int, ...]
    table: str | None = None


def mentions(
    block: BaseModel, path: tuple[str | int, ...] = (), table: str | None = None
) -> Iterator[Mention]:
    """Yield every place where a block of a policy names something in the source.

    Args:
        block: the block.
        path: the keys that lead to it.
        table: the table that the block around it is about.
    """
    about = getattr(block, "table", None)
    table = about if isinstance(about, str) else table
    for name, key in type(block).model_fields.items():
        place = (*path, key.alias or name)
        yield from _in_value(getattr(block, name), key.annotation, key.metadata, place, table)


def _in_value(
    value: object, kind: Any, marks: Sequence[object], path: tuple[str | int, ...], table: str | None
) -> Iterator[Mention]:
    kind, marks = _arm(value, kind, marks)
    for names in [mark for mark in marks if isinstance(mark, Names)][-1:]:
        yield from (Mention(names, word, path, table) for word in names.words(value))
    match value:
        case BaseModel():
            yield from mentions(value, path, table)
        case tuple():
            inner = next(iter(typing.get_args(kind)), None)
            for i, item in enumerate(value):
                yield from _in_value(item, inner, (), (*path, i), table)
        case Mapping():
            keys = next((mark for mark in marks if isinstance(mark, Keys)), None)
            inner = next(iter(typing.get_args(kind)[1:]), None)
            for key, item in value.items():
                if keys is not None:
                    yield Mention(keys.names, key, (*path, key), table)
                about = key if keys is not None and keys.about else table
                yield from _in_value(item, inner, (), (*path, key), about)


def _arm(value: object, kind: Any, marks: Sequence[object]) -> tuple[Any, tuple[object, ...]]:
    """Return the form of a type that a value has, without its marks, and all of the marks."""
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        inner, *own = typing.get_args(kind)
        return _arm(value, inner, (*own, *marks))
    if origin in (typing.Union, types.UnionType):
        forms = [_arm(value, form, marks) for form in typing.get_args(kind)]
        return next((form for form in forms if _is_of(value, form[0])), (None, ()))
    return kind, tuple(marks)


def _is_of(value: object, kind: Any) -> bool:
    plain = typing.get_origin(kind) or kind
    return isinstance(plain, type) and isinstance(value, plain)

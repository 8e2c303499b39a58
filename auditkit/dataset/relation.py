"""What a dataset is made of: relations, keys, and the sessions in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditkit.outcome import Cause, Missing

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Relation:
    """A table, view, file or frame.

    `table` has columns by the names that are shown; it is None where the relation cannot be read, and then
    `missing` says why. `rows` is what is known without counting, perhaps an estimate. A name that is itself a
    value is not shown: `value_names` says, by the shown name of a column, what kind of value its real name
    is, and `value_name` says it of the relation's own name. `closed_columns` is how many of its columns this
    role may not read; they are not part of `table`. `textless` are those whose type can hold no text, where
    the engine holds every row to its types; `drawable` are those of which a sample can be drawn where they
    lie.
    """

    name: str
    kind: str
    table: ir.Table | None = field(default=None, repr=False)
    missing: Missing | None = None
    rows: int | None = None
    value_names: Mapping[str, str] = field(default_factory=dict)
    value_name: str | None = None
    real_name: str = field(default="", repr=False)
    closed_columns: int = 0
    textless: frozenset[str] = frozenset()
    drawable: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.real_name:
            object.__setattr__(self, "real_name", self.name)

    @property
    def closed(self) -> Missing | None:
        """Why a column that is not in `table` cannot be called missing, or None where it can."""
        if not self.closed_columns:
            return None
        told = (
            f"{self.closed_columns} of the columns of {self.name} may not be read by this role: grant SELECT"
            " on what the policy names"
        )
        return Missing(Cause.NO_RIGHT, told)


@dataclass(frozen=True)
class Key:
    """A primary key, or a unique constraint or index over whole columns and all rows."""

    table: str
    columns: tuple[str, ...]
    primary: bool


@dataclass(frozen=True)
class ForeignKey:
    """A declared reference; `validated` says whether the engine vouches for it (SQLite enforces none unless
    asked to).
    """

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str | None
    validated: bool


@dataclass(frozen=True)
class Session:
    """How the audit is connected to a database server.

    `encrypted` is None over a Unix socket, which no network sees; `loopback` says that the other end is on
    this machine. `administers` says that the role may do anything, copy the whole server, or make roles or
    databases, by itself or as a role that it may act as; `writable` names the relations that it may change,
    `acting` those that it may change as another role alone; `creates` is in how many schemas it may create.
    """

    server: str
    encrypted: bool | None
    administers: bool
    writable: tuple[str, ...]
    acting: tuple[str, ...] = ()
    creates: int = 0
    loopback: bool = False

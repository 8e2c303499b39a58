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
    """A table, view, file or frame; a name of it that is itself a value is not shown.

    Attributes:
        name: under which it is shown.
        kind: what it is.
        table: its columns by the names that are shown; None where it cannot be read.
        missing: why it cannot be read.
        rows: how many rows are known without counting, perhaps an estimate.
        value_names: what kind of value the real name of a column is, by its shown name.
        value_name: what kind of value its own real name is.
        real_name: the name that may not be shown.
        closed_columns: how many columns this role may not read; they are not part of `table`.
        textless: the columns whose type can hold no text, on an engine that enforces types.
        drawable: the columns of which the engine can draw a sample where they are.
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
        """Why a column that is not in `table` may exist all the same, or None."""
        if not self.closed_columns:
            return None
        reason = (
            f"this role may not read {self.closed_columns} of the columns of {self.name}: grant SELECT on"
            " what the policy names"
        )
        return Missing(Cause.NO_RIGHT, reason)


@dataclass(frozen=True)
class Key:
    """A primary key, or a unique constraint or index over whole columns and all rows."""

    table: str
    columns: tuple[str, ...]
    primary: bool


@dataclass(frozen=True)
class ForeignKey:
    """A declared reference; `validated` says that the engine vouches for it."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str | None
    validated: bool


@dataclass(frozen=True)
class Session:
    """How the audit is connected to a database server.

    Attributes:
        server: what the server is, as in "PostgreSQL".
        encrypted: the connection uses TLS; None over a Unix socket, which no network sees.
        administers: the role may do anything, copy the whole server, or make roles or databases, by itself or
            as a role that it may act as.
        writable: the relations that the role may change.
        acting: the relations that it may change only as another role.
        creates: in how many schemas it may create something.
        loopback: the server is on this machine.
    """

    server: str
    encrypted: bool | None
    administers: bool
    writable: tuple[str, ...]
    acting: tuple[str, ...] = ()
    creates: int = 0
    loopback: bool = False

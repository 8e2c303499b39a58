"""The nouns of relations: a reference, a tenant scope, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.outcome import Confidence, Missing


class Origin(StrEnum):
    """Who says that a reference is one."""

    DECLARED = "declared"
    POLICY = "policy"
    INFERRED = "inferred"


@dataclass(frozen=True)
class Reference(Item, columns="columns", target="parent"):
    """Columns of a table that hold the key of a parent's row."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    origin: Origin
    on_delete: str | None = None

    @property
    def is_self(self) -> bool:
        """Whether a row refers to another of its own table."""
        return self.table == self.parent

    def __str__(self) -> str:
        return f"{self.table}.{'+'.join(self.columns)} -> {self.parent}.{'+'.join(self.parent_columns)}"

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.parent,)


class ScopeKind(StrEnum):
    """How the rows of a table belong to a tenant."""

    ROOT = "root"
    DIRECT = "direct"
    DERIVED = "derived"
    MEMBERSHIP = "membership"
    GLOBAL = "global"
    UNKNOWN = "unknown"


OF_A_TENANT = (ScopeKind.DIRECT, ScopeKind.DERIVED)
"""Where each row belongs to one tenant, and neither is one nor ties a person to one."""


@dataclass(frozen=True)
class Scope:
    """The tenant scope of one table.

    `column` carries the tenant where the scope is root, direct or membership; `paths` lead to such a table
    where it is derived, the one that decides first; `null_is_shared` says that rows without a tenant belong
    to everybody.
    """

    kind: ScopeKind
    evidence: str
    column: str | None = None
    paths: tuple[tuple[Reference, ...], ...] = ()
    null_is_shared: bool = False

    @property
    def is_tenant(self) -> bool:
        """Whether its rows belong to a tenant."""
        return self.kind in (ScopeKind.ROOT, ScopeKind.DIRECT, ScopeKind.DERIVED, ScopeKind.MEMBERSHIP)


@dataclass(frozen=True)
class Boundary:
    """What separates tenants: the table whose rows they are, its key, the column that carries it elsewhere,
    and who says so.
    """

    root: str
    root_key: str
    key: str | None
    origin: Origin

    @property
    def confidence(self) -> Confidence:
        """How sure it is that this separates tenants: high where the policy declares it, else medium."""
        return Confidence.HIGH if self.origin is Origin.POLICY else Confidence.MEDIUM


@dataclass(frozen=True)
class Membership:
    """A table that says which person may act in which tenant: its columns, and the table of people whose key
    `user` holds.

    `since` and `until` are its columns with when a membership began and ended, where the policy names them.
    """

    table: str
    user: str
    tenant: str
    people: str
    key: str
    origin: Origin
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Relations:
    """All references and tenant scopes of a dataset.

    `unknown` are columns that look like references and lead nowhere; `staff` says, by the table of people,
    whose rows may act in every tenant; `memberships` say who may act where; `survivor` is the column of the
    root with the tenant that one was merged into; `lost` says of which tables the references could not be
    looked for, and why.
    """

    references: tuple[Reference, ...]
    scopes: Mapping[str, Scope]
    unknown: tuple[tuple[str, str], ...]
    boundary: Boundary | None
    staff: Mapping[str, ir.BooleanValue] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    survivor: str | None = None
    lost: Mapping[str, Missing] = field(default_factory=dict)

    def of(self, table: str) -> tuple[Reference, ...]:
        """Return the references that leave a table."""
        return tuple(r for r in self.references if r.table == table)

    def members_of(self, people: str, key: tuple[str, ...]) -> tuple[Membership, ...]:
        """Return the memberships of the people that a reference to this key means."""
        return tuple(m for m in self.memberships if (m.people, (m.key,)) == (people, key))

    def through(self, table: str, column: str) -> Reference | None:
        """Return the reference of one column, or None."""
        return next((r for r in self.references if r.table == table and r.columns == (column,)), None)

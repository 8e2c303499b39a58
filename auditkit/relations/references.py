"""The concepts of relations: reference, tenant scope, tenant boundary, membership, and all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.outcome import Confidence, Missing


class Origin(StrEnum):
    """How a reference is known, the most certain first."""

    DECLARED = "declared"
    """The database declares it as a foreign key."""
    POLICY = "policy"
    """The policy names it."""
    INFERRED = "inferred"
    """Its name or its values show it."""


def weakest(origins: Iterable[Origin]) -> Origin:
    """Return the least certain of several origins."""
    return max(origins, key=list(Origin).index)


@dataclass(frozen=True)
class Reference(Item, columns="columns", target="parent"):
    """Columns of a table that hold the key of a row of another table, its parent.

    Attributes:
        table: the table that refers.
        columns: its columns with the key of the parent's row.
        parent: the table that is referred to.
        parent_columns: the columns of the parent's key.
        origin: how the reference is known.
        on_delete: what the database does with the row when the parent's row is deleted; None where it is not
            a foreign key.
    """

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    origin: Origin
    on_delete: str | None = None

    @property
    def is_self(self) -> bool:
        """Whether a row refers to another row of the same table."""
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
    """Each row is a tenant."""
    DIRECT = "direct"
    """A column of the table carries the tenant."""
    DERIVED = "derived"
    """The tenant of a row is the tenant of a row that it refers to."""
    MEMBERSHIP = "membership"
    """Each row says that a person may act in a tenant."""
    GLOBAL = "global"
    """The rows belong to no tenant."""
    UNKNOWN = "unknown"
    """Neither a column nor a reference leads to a tenant."""


CARRIES = (ScopeKind.DIRECT, ScopeKind.MEMBERSHIP)
"""The scopes of tables in which a column says to which tenant a row belongs."""
OF_A_TENANT = (*CARRIES, ScopeKind.DERIVED)
"""The scopes of tables whose rows each belong to one tenant, and are no tenants."""


@dataclass(frozen=True)
class Scope:
    """How the rows of one table belong to a tenant.

    Attributes:
        kind: the kind of scope.
        evidence: why, in words.
        column: the column that carries the tenant, in a root, direct or membership scope.
        paths: in a derived scope, the references that lead to a table which carries its tenant; the first
            path decides.
        null_is_shared: whether rows without a tenant are for every tenant.
    """

    kind: ScopeKind
    evidence: str
    column: str | None = None
    paths: tuple[tuple[Reference, ...], ...] = ()
    null_is_shared: bool = False

    @property
    def is_tenant(self) -> bool:
        """Whether the rows belong to a tenant, or are tenants."""
        return self.kind in (ScopeKind.ROOT, ScopeKind.DIRECT, ScopeKind.DERIVED, ScopeKind.MEMBERSHIP)


@dataclass(frozen=True)
class Boundary:
    """What separates tenants.

    Attributes:
        root: the table whose rows are the tenants.
        root_key: the key of that table.
        key: the column that carries the tenant in other tables; None where it has no common name.
        origin: whether the policy declares this, or the names of tables and columns show it.
    """

    root: str
    root_key: str
    key: str | None
    origin: Origin

    @property
    def confidence(self) -> Confidence:
        """How certain it is that this separates tenants: high where the policy declares it, else medium."""
        return Confidence.HIGH if self.origin is Origin.POLICY else Confidence.MEDIUM


@dataclass(frozen=True)
class Membership:
    """A table that says which person may act in which tenant.

    Attributes:
        table: the table.
        user: its column with the key of the person.
        tenant: its column with the key of the tenant.
        people: the table of people that `user` refers to.
        key: the key of that table.
        origin: whether the policy declares this, or the names of tables and columns show it.
        since: the column with the beginning of a membership, where the policy names one.
        until: the column with its end, where the policy names one.
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

    Attributes:
        references: every reference.
        scopes: the scope of every table.
        unknown: columns that are named like references, as table and column, whose parent was not found.
        boundary: what separates tenants, or None where it is unknown.
        staff: for each table of people, whether a row may act in every tenant.
        memberships: the tables that say who may act in which tenant.
        survivor: the column of the root that says into which tenant a tenant was merged, or None.
        lost: the tables whose references could not be inferred, each with the reason.
        orphaned: the tables that carry the key of a tenant that does not exist, in some rows.
        tenants_as_text: tables keep the keys of tenants in different types, so they are compared as text.
    """

    references: tuple[Reference, ...]
    scopes: Mapping[str, Scope]
    unknown: tuple[tuple[str, str], ...]
    boundary: Boundary | None
    staff: Mapping[str, ir.BooleanValue] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    survivor: str | None = None
    lost: Mapping[str, Missing] = field(default_factory=dict)
    orphaned: frozenset[str] = frozenset()
    tenants_as_text: bool = False

    def of(self, table: str) -> tuple[Reference, ...]:
        """Return the references of a table to its parents."""
        return self._of.get(table, ())

    def to(self, parent: str) -> tuple[Reference, ...]:
        """Return the references to a table, its own among them."""
        return self._to.get(parent, ())

    @cached_property
    def _of(self) -> Mapping[str, tuple[Reference, ...]]:
        return _grouped(self.references, lambda reference: reference.table)

    @cached_property
    def _to(self) -> Mapping[str, tuple[Reference, ...]]:
        return _grouped(self.references, lambda reference: reference.parent)

    def joins_people(self, reference: Reference) -> bool:
        """Return whether a reference leads from a membership to its member, who may be of any tenant."""
        return any((m.table, (m.user,)) == (reference.table, reference.columns) for m in self.memberships)

    def members_of(self, people: str, key: tuple[str, ...]) -> tuple[Membership, ...]:
        """Return the memberships of the people in a table, as far as they use this key of the table."""
        return tuple(m for m in self.memberships if (m.people, (m.key,)) == (people, key))

    def through(self, table: str, column: str) -> Reference | None:
        """Return the reference of one column, or None."""
        return next((r for r in self.of(table) if r.columns == (column,)), None)


def _grouped(
    references: Iterable[Reference], table_of: Callable[[Reference], str]
) -> Mapping[str, tuple[Reference, ...]]:
    """Return references by one of their tables, in their order."""
    found: dict[str, list[Reference]] = {}
    for reference in references:
        found.setdefault(table_of(reference), []).append(reference)
    return {table: tuple(some) for table, some in found.items()}

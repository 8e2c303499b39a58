"""Other ways to find the tenant of a row that carries its tenant: its ancestors, and copies of names.

An ancestor is a row beyond the parent, where the parent itself carries no tenant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.relations import names
from auditkit.relations.references import CARRIES, Origin, Reference, Relations, ScopeKind, weakest
from auditkit.relations.row_tenants import PARENT_TENANT, TENANT, with_parent_tenant, with_tenant

_KNOWN = "auditkit_known"


@dataclass(frozen=True)
class Descent(Item):
    """A reference to a parent, and the paths from the parent to a tenant, the most certain first."""

    reference: Reference
    ways: tuple[tuple[Reference, ...], ...]

    @property
    def origin(self) -> Origin:
        """The least certain origin of all the references."""
        return weakest([self.reference.origin, *(r.origin for way in self.ways for r in way)])

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome."""
        ends = sorted({way[-1].parent for way in self.ways})
        return {"columns": self.reference.columns, "target": f"{self.reference.parent}>{'+'.join(ends)}"}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.reference.parent, *(way[-1].parent for way in self.ways))


@dataclass(frozen=True)
class Copy(Item):
    """A column with a copy of the tenant's name: `tenant_slug` next to `tenant_id`.

    Attributes:
        table: the table with the copy.
        column: the column with the copy.
        root: the table of the tenants.
        attribute: the column of the root that is copied.
    """

    table: str
    column: str
    root: str
    attribute: str
    origin: Origin = Origin.INFERRED

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome."""
        return {"columns": (self.column,), "target": f"{self.root}.{self.attribute}"}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.root,)


Ancestor = Descent | Copy


def ancestors_of(relations: Relations, tables: Mapping[str, ir.Table], table: str) -> Iterator[Ancestor]:
    """Yield the other ways to find the tenant of the rows of a table that carries its tenant.

    People are not followed: a row is not a part of the person who acts on it. Neither is a parent whose rows
    may be for every tenant.
    """
    scope = relations.scopes[table]
    for reference in relations.of(table):
        if (
            reference.is_self
            or reference.columns == (scope.column,)
            or relations.scopes[reference.parent].null_is_shared
            or reference.parent in relations.staff
            or relations.joins_people(reference)
        ):
            continue
        if ways := tuple(_ways(relations, reference.parent)):
            yield Descent(reference, ways)
    yield from _copies(relations, tables, table)


def _copies(relations: Relations, tables: Mapping[str, ir.Table], table: str) -> Iterator[Copy]:
    """Yield the columns of a table that hold copied names of the tenant."""
    boundary = relations.boundary
    assert boundary is not None
    root, rows = tables[boundary.root], tables[table]
    key_stem = names.stem(boundary.key or "")
    nouns = {names.singular(boundary.root), *([key_stem] if key_stem else [])}
    for column in rows.columns:
        for attribute in root.columns:
            copy_names = {f"{noun}_{names.words(attribute)}" for noun in nouns}
            if (
                names.words(column) in copy_names
                and attribute != boundary.root_key
                and root[attribute].type().is_string()
                and rows[column].type().is_string()
            ):
                yield Copy(table, column, boundary.root, attribute)


def _ways(relations: Relations, parent: str) -> Iterator[tuple[Reference, ...]]:
    """Yield the paths from a parent to a tenant, except the one that gives the parent its own tenant."""
    scope = relations.scopes[parent]
    if scope.kind is ScopeKind.DERIVED:
        yield from scope.paths[1:]
    if scope.kind not in CARRIES:
        return
    for r in relations.of(parent):
        end = relations.scopes[r.parent]
        if r.is_self or r.columns == (scope.column,) or r.parent in relations.staff:
            continue
        if relations.joins_people(r):
            continue
        if end.kind in CARRIES:
            yield (r,)
        elif end.kind is ScopeKind.DERIVED:
            yield (r, *end.paths[0])


def with_ancestor_tenant(
    tables: Mapping[str, ir.Table], relations: Relations, ancestor: Ancestor
) -> ir.Table:
    """Return the rows of a table with their own tenant and that of an ancestor, as the last two columns.

    Where the parent has a tenant itself, the tenant of the ancestor is null: another check compares the
    parent, so that no row is counted twice.
    """
    if isinstance(ancestor, Copy):
        return _with_copied_tenant(tables, relations, ancestor)
    reference = ancestor.reference
    rows = with_parent_tenant(
        with_tenant(tables, relations, reference.table),
        reference,
        with_tenant(tables, relations, reference.parent, columns=reference.parent_columns),
        _KNOWN,
    )
    columns = [f"auditkit_way_{i}" for i in range(len(ancestor.ways))]
    for column, way in zip(columns, ancestor.ways, strict=True):
        parent = with_tenant(tables, relations, reference.parent, way, reference.parent_columns)
        rows = with_parent_tenant(rows, reference, parent, column)
    first = reduce(lambda a, b: a.fill_null(b), [rows[c] for c in columns])
    tenant = rows[_KNOWN].isnull().ifelse(first, ibis.null())
    own = [c for c in rows.columns if c not in (TENANT, _KNOWN, *columns)]
    return rows.select(*own, TENANT, **{PARENT_TENANT: tenant})


def _with_copied_tenant(tables: Mapping[str, ir.Table], relations: Relations, copy: Copy) -> ir.Table:
    """Return rows with the tenant whose name they copy; null where no tenant, or two, have that name."""
    rows = with_tenant(tables, relations, copy.table)
    root = with_tenant(tables, relations, copy.root)
    named = root.select(auditkit_called=root[copy.attribute].strip().lower(), auditkit_whose=root[TENANT])
    tenants = named.group_by("auditkit_called").aggregate(
        auditkit_whose=named.auditkit_whose.min(), n=named.auditkit_whose.nunique()
    )
    joined = rows.left_join(
        tenants.filter(tenants.n == 1), rows[copy.column].strip().lower() == tenants.auditkit_called
    )
    return joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        joined[TENANT],
        **{PARENT_TENANT: joined.auditkit_whose},
    )

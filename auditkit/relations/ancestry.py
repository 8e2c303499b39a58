"""What else tells the tenant of a row that carries one: ancestors behind a parent that cannot tell, and
copied names of the tenant.
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
from auditkit.relations.owner import PARENT_TENANT, TENANT, beside, owned
from auditkit.relations.references import Origin, Reference, Relations, ScopeKind

_KNOWN = "auditkit_known"


@dataclass(frozen=True)
class Descent(Item):
    """A reference to a parent, and the other ways on from there to a tenant, the surest first."""

    reference: Reference
    ways: tuple[tuple[Reference, ...], ...]

    @property
    def origin(self) -> Origin:
        """The least sure of all the steps."""
        steps = [self.reference, *(r for way in self.ways for r in way)]
        return max((r.origin for r in steps), key=list(Origin).index)

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        ends = sorted({way[-1].parent for way in self.ways})
        return {"columns": self.reference.columns, "target": f"{self.reference.parent}>{'+'.join(ends)}"}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.reference.parent, *(way[-1].parent for way in self.ways))


@dataclass(frozen=True)
class Copy(Item):
    """A column that repeats what its tenant is called: `tenant_slug` beside `tenant_id`."""

    table: str
    column: str
    root: str
    attribute: str
    origin: Origin = Origin.INFERRED

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,), "target": f"{self.root}.{self.attribute}"}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.root,)


Ancestor = Descent | Copy


def ancestors_of(relations: Relations, tables: Mapping[str, ir.Table], table: str) -> Iterator[Ancestor]:
    """Yield what else tells the tenant of a table that carries its own.

    The rows of people are no step: whoever acts on a row is no part of it. Neither is a parent whose rows may
    belong to everybody.
    """
    scope, boundary = relations.scopes[table], relations.boundary
    assert boundary is not None
    for reference in relations.of(table):
        parent = relations.scopes[reference.parent]
        if (
            reference.is_self
            or reference.columns == (scope.column,)
            or parent.null_is_shared
            or reference.parent in relations.staff
        ):
            continue
        if ways := tuple(_ways(relations, reference.parent)):
            yield Descent(reference, ways)
    root, key = tables[boundary.root], names.stem(boundary.key or "")
    called = {names.singular(boundary.root), *([key] if key else [])}
    for column in tables[table].columns:
        for attribute in root.columns:
            named = names.words(column) in {f"{word}_{names.words(attribute)}" for word in called}
            if (
                named
                and attribute != boundary.root_key
                and root[attribute].type().is_string()
                and tables[table][column].type().is_string()
            ):
                yield Copy(table, column, boundary.root, attribute)


def _ways(relations: Relations, parent: str) -> Iterator[tuple[Reference, ...]]:
    """Yield the ways from a parent to a tenant that are not the one by which the parent's own tenant is
    told.
    """
    scope = relations.scopes[parent]
    if scope.kind is ScopeKind.DERIVED:
        yield from scope.paths[1:]
    if scope.kind is not ScopeKind.DIRECT:
        return
    for r in relations.of(parent):
        end = relations.scopes[r.parent]
        if r.is_self or r.columns == (scope.column,) or r.parent in relations.staff:
            continue
        if end.kind is ScopeKind.DIRECT:
            yield (r,)
        elif end.kind is ScopeKind.DERIVED:
            yield (r, *end.paths[0])


def descended(tables: Mapping[str, ir.Table], relations: Relations, ancestor: Ancestor) -> ir.Table:
    """Return the rows of a table with their own tenant and the one that an ancestor tells, as the last two
    columns.

    Where the parent itself tells a tenant that one is compared elsewhere, and stays null here: no row is told
    of twice.
    """
    if isinstance(ancestor, Copy):
        return _copied(tables, relations, ancestor)
    reference = ancestor.reference
    rows = beside(
        owned(tables, relations, reference.table),
        reference,
        owned(tables, relations, reference.parent),
        _KNOWN,
    )
    told = []
    for i, way in enumerate(ancestor.ways):
        told.append(f"auditkit_way_{i}")
        rows = beside(rows, reference, owned(tables, relations, reference.parent, way), told[-1])
    first = reduce(lambda a, b: a.fill_null(b), [rows[c] for c in told])
    beyond = rows[_KNOWN].isnull().ifelse(first, ibis.null())
    own = [c for c in rows.columns if c not in (TENANT, _KNOWN, *told)]
    return rows.select(*own, TENANT, **{PARENT_TENANT: beyond})


def _copied(tables: Mapping[str, ir.Table], relations: Relations, copy: Copy) -> ir.Table:
    """Return rows with the tenant that a copied name names; a name of nobody, or of two, names none."""
    rows = owned(tables, relations, copy.table)
    root = owned(tables, relations, copy.root)
    called = root.select(auditkit_called=root[copy.attribute].strip().lower(), auditkit_whose=root[TENANT])
    whose = called.group_by("auditkit_called").aggregate(
        auditkit_whose=called.auditkit_whose.min(), n=called.auditkit_whose.nunique()
    )
    joined = rows.left_join(
        whose.filter(whose.n == 1), rows[copy.column].strip().lower() == whose.auditkit_called
    )
    return joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        joined[TENANT],
        **{PARENT_TENANT: joined.auditkit_whose},
    )

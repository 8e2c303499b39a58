"""Pairs of references of the same row; both should lead to the same tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.relations.references import OF_A_TENANT, Origin, Reference, Relations, ScopeKind, weakest
from auditkit.relations.row_tenants import (
    PARENT_TENANT,
    TENANT,
    with_member_tenant,
    with_parent_tenant,
    with_tenant,
)


@dataclass(frozen=True)
class Pair(Item):
    """Two references of a table that does not carry its own tenant; both lead to rows of a tenant."""

    first: Reference
    second: Reference

    @property
    def origin(self) -> Origin:
        """The less certain origin of the two."""
        return weakest([self.first.origin, self.second.origin])

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome."""
        return {
            "columns": (*self.first.columns, *self.second.columns),
            "target": f"{self.first.parent}+{self.second.parent}",
        }

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.first.parent, self.second.parent)


def pairs_of(relations: Relations, table: str) -> tuple[Pair, ...]:
    """Return every pair of references of a table that lead to rows of a tenant."""
    kinds = (ScopeKind.ROOT, *OF_A_TENANT)
    leading = [r for r in relations.of(table) if not r.is_self and relations.scopes[r.parent].kind in kinds]
    return tuple(Pair(a, b) for a, b in combinations(leading, 2))


def with_pair_tenants(tables: Mapping[str, ir.Table], relations: Relations, pair: Pair) -> ir.Table:
    """Return the rows of a pair's table with the tenants of the two rows that each refers to."""
    first, second = pair.first, pair.second
    rows = tables[first.table]
    for reference, column in ((first, TENANT), (second, PARENT_TENANT)):
        parent = with_tenant(tables, relations, reference.parent, columns=reference.parent_columns)
        rows = with_parent_tenant(rows, reference, parent, column)
    rows = with_member_tenant(tables, relations, first, rows, own=TENANT, other=PARENT_TENANT)
    return with_member_tenant(tables, relations, second, rows, own=PARENT_TENANT, other=TENANT)

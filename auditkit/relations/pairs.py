"""Two references of one row, which ought to lead to one tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.relations.owner import PARENT_TENANT, TENANT, at_home, beside, owned
from auditkit.relations.references import OF_A_TENANT, Origin, Reference, Relations, ScopeKind


@dataclass(frozen=True)
class Pair(Item):
    """Two references from a table that does not carry its own tenant, each to rows of one."""

    first: Reference
    second: Reference

    @property
    def origin(self) -> Origin:
        """The less sure of the two."""
        return max(self.first.origin, self.second.origin, key=list(Origin).index)

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {
            "columns": (*self.first.columns, *self.second.columns),
            "target": f"{self.first.parent}+{self.second.parent}",
        }

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return (self.first.parent, self.second.parent)


def pairs_of(relations: Relations, table: str) -> tuple[Pair, ...]:
    """Return every two references of a table that lead to rows of a tenant."""
    kinds = (ScopeKind.ROOT, *OF_A_TENANT)
    leading = [r for r in relations.of(table) if not r.is_self and relations.scopes[r.parent].kind in kinds]
    return tuple(Pair(a, b) for a, b in combinations(leading, 2))


def paired(tables: Mapping[str, ir.Table], relations: Relations, pair: Pair) -> ir.Table:
    """Return the rows of the pair's table with the tenants of the two rows they refer to, as the last two
    columns.
    """
    rows = tables[pair.first.table]
    first = beside(rows, pair.first, owned(tables, relations, pair.first.parent), TENANT)
    both = beside(first, pair.second, owned(tables, relations, pair.second.parent), PARENT_TENANT)
    told = at_home(tables, relations, pair.first, both, own=TENANT, other=PARENT_TENANT)
    return at_home(tables, relations, pair.second, told, own=PARENT_TENANT, other=TENANT)

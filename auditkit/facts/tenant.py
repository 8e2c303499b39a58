"""What separates tenants, and to which tenant the rows of a table belong."""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope, row_tenants
from auditkit.relations.references import Boundary

NO_BOUNDARY = Missing(
    Cause.UNDECLARED,
    "neither the policy nor the data says what a tenant is: declare `tenancy` with its root and key",
)


@fact
def boundary(relations: Relations) -> Boundary | Missing:
    """What separates tenants: the table of the tenants, its key, and the column that carries it elsewhere."""
    return relations.boundary or NO_BOUNDARY


@fact
def scope(relations: Relations, relation: Examined, boundary: Boundary) -> Scope | Missing:
    """How the rows of the table belong to a tenant; missing where they belong to no tenant."""
    if relation.name in relations.lost:
        return relations.lost[relation.name]
    found = relations.scopes[relation.name]
    if found.is_tenant:
        return found
    return Missing(Cause.NOT_APPLICABLE, f"{relation.name} belongs to no tenant: {found.evidence}")


@fact
def tenanted(dataset: Dataset, relations: Relations, relation: Examined, scope: Scope) -> ir.Table:
    """The rows of the table with the tenant of each, its own or that of the row it refers to; or null."""
    assert scope.is_tenant  # asked for so that a table of no tenant is not assessed
    return row_tenants.with_tenant(dataset.tables, relations, relation.name)

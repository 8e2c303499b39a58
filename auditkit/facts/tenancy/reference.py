"""References from one tenant's rows to other rows of a tenant, and the rows that cross tenants along them."""

from __future__ import annotations

from auditkit.check import each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.crossing import Crossing, crossing_of
from auditkit.outcome import Cause, Missing
from auditkit.relations import Reference, Relations, ScopeKind
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.row_tenants import with_both_tenants


@each
def reference(
    relations: Relations, relation: Examined, tenant_column: str
) -> tuple[Reference, ...] | Missing:
    """The references from a table that carries its tenant to other tables whose rows belong to a tenant.

    The tenant column itself is left out. So are references of the table to itself, which have a check of
    their own, and those of memberships to their members, whose purpose is to cross tenants.
    """
    kinds = (ScopeKind.ROOT, *OF_A_TENANT)
    found = tuple(
        r
        for r in relations.of(relation.name)
        if not r.is_self
        and r.columns != (tenant_column,)
        and relations.scopes[r.parent].kind in kinds
        and not relations.joins_people(r)
    )
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} refers to no other table of a tenant")


@fact
def reference_crossing(dataset: Dataset, relations: Relations, reference: Reference) -> Crossing:
    """The rows of the table with their own tenant and the tenant of the row that they refer to."""
    return crossing_of(dataset, relations, reference, with_both_tenants(dataset.tables, relations, reference))

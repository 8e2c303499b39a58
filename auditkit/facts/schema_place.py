from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.relations import Origin, Relations


@dataclass(frozen=True)
class SchemaPlace:
    """Where a table of one tenant's schema may hold another's rows: in its tenant column, or through a reference to another schema."""

    column: str
    tenant: str
    parent: str | None
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,), "target": self.parent}


@many
def schema_place(relations: Relations, relation: Examined, tenant_schemas: Mapping[str, str]) -> tuple[SchemaPlace, ...] | Missing:
    """The tenant column of a table in a tenant's schema, and its references into the schemas of other tenants."""
    schema, boundary = relation.name.rpartition(".")[0], relations.boundary
    assert boundary is not None and relation.table is not None  # without them nothing belongs to a schema of a tenant
    if schema not in tenant_schemas:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} stands in no tenant's schema")
    tenant, scope = tenant_schemas[schema], relations.scopes[relation.name]
    sure = Confidence.HIGH if boundary.origin is Origin.POLICY else Confidence.MEDIUM
    own = [SchemaPlace(scope.column, tenant, None, sure)] if scope.column is not None and relation.name != boundary.root else []
    abroad = [
        SchemaPlace(r.columns[0], tenant, r.parent, sure if r.origin is not Origin.INFERRED else Confidence.MEDIUM)
        for r in relations.of(relation.name)
        if tenant_schemas.get(r.parent.rpartition(".")[0], tenant) != tenant
    ]
    return (*own, *abroad) or Missing(Cause.NOT_APPLICABLE, f"{relation.name} carries no tenant and refers to no other tenant's schema")

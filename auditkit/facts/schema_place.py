from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations


@dataclass(frozen=True)
class SchemaPlace:
    """Where a table of one tenant's schema may hold another's rows: in its tenant column, or through a
    reference to another schema.

    `table` is another table than the one it was looked for from: one that this tenant's schema lacks, and
    `missing` says so.
    """

    column: str
    tenant: str
    parent: str | None
    confidence: Confidence
    missing: Missing | None = None
    table: str | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        if self.table is not None:
            return {"table": self.table}
        return {"columns": (self.column,), "target": self.parent}


@many
def schema_place(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    tenant_schemas: Mapping[str, str],
) -> tuple[SchemaPlace, ...] | Missing:
    """The tenant column of a table in a tenant's schema, and its references into the schemas of other
    tenants.

    Beside them are the tables that the schema lacks and at least half of the tenants' schemas have: they are
    not seen.
    """
    schema, boundary = relation.name.rpartition(".")[0], relations.boundary
    assert (
        boundary is not None and relation.table is not None
    )  # without them nothing belongs to a schema of a tenant
    if schema not in tenant_schemas:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} stands in no tenant's schema")
    tenant, scope = tenant_schemas[schema], relations.scopes[relation.name]
    sure = Confidence.HIGH if boundary.origin is Origin.POLICY else Confidence.MEDIUM
    own = (
        [SchemaPlace(scope.column, tenant, None, sure)]
        if scope.column is not None and relation.name != boundary.root
        else []
    )
    abroad = [
        SchemaPlace(
            r.columns[0], tenant, r.parent, sure if r.origin is not Origin.INFERRED else Confidence.MEDIUM
        )
        for r in relations.of(relation.name)
        if tenant_schemas.get(r.parent.rpartition(".")[0], tenant) != tenant
    ]
    lacking = [
        SchemaPlace("", tenant, None, sure, _lacks(policy, name, others), name)
        for name, others in _lacking(dataset, relation.name, tenant_schemas).items()
    ]
    nothing = Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} carries no tenant and refers to no other tenant's schema"
    )
    return (*own, *abroad, *lacking) or nothing


def _lacking(dataset: Dataset, first: str, tenant_schemas: Mapping[str, str]) -> dict[str, int]:
    """Return the tables that a schema lacks, with how many others have one of that name; told once, from the
    first table of the schema.
    """
    held: dict[str, list[str]] = {schema: [] for schema in tenant_schemas}
    for name in dataset.relations:
        schema, _, table = name.rpartition(".")
        if schema in held:
            held[schema].append(table)
    schema, _, table = first.rpartition(".")
    if table != next((t for t in held[schema] if dataset.relations[f"{schema}.{t}"].table is not None), None):
        return {}
    times = Counter(table for tables in held.values() for table in tables)
    return {
        f"{schema}.{t}": n for t, n in sorted(times.items()) if t not in held[schema] and 2 * n >= len(held)
    }


def _lacks(policy: Policy, name: str, others: int) -> Missing:
    told = (
        f"{others} other tenants' schemas have such a table and this one has none: its rows stand elsewhere,"
        " or cannot be listed"
    )
    return policy.excluded(name) or Missing(Cause.UNSEEN, told)

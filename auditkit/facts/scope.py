from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope
from auditkit.relations.references import Boundary


@fact
def scope(relations: Relations, relation: Examined, boundary: Boundary) -> Scope | Missing:
    """How the rows of the table belong to a tenant; missing where they belong to no tenant."""
    if relation.name in relations.lost:
        return relations.lost[relation.name]
    found = relations.scopes[relation.name]
    if found.is_tenant:
        return found
    return Missing(Cause.NOT_APPLICABLE, f"{relation.name} belongs to no tenant: {found.evidence}")

from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope


@fact
def scope(relations: Relations, relation: Examined) -> Scope | Missing:
    """How the rows of the table belong to a tenant; missing where they belong to none, or where nothing
    tells.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    if relation.name in relations.lost:
        return relations.lost[relation.name]
    found = relations.scopes[relation.name]
    return (
        found
        if found.is_tenant
        else Missing(Cause.NOT_APPLICABLE, f"{relation.name} belongs to no tenant: {found.evidence}")
    )

from __future__ import annotations

from auditkit.check import each
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Reference, Relations, Scope, ScopeKind
from auditkit.relations.references import OF_A_TENANT


@each
def reference(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a table that carries its tenant to tables whose rows belong to one.

    The tenant key itself is none, a self reference has a check of its own, and a membership is there to cross
    tenants.
    """
    if scope.kind is not ScopeKind.DIRECT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    found = tuple(
        r
        for r in relations.of(relation.name)
        if not r.is_self
        and r.columns != (scope.column,)
        and relations.scopes[r.parent].kind in (ScopeKind.ROOT, *OF_A_TENANT)
    )
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} refers to no other table of a tenant")

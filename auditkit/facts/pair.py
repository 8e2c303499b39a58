from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.pairs import Pair, pairs_of


@many
def pair(relations: Relations, relation: Examined, scope: Scope) -> tuple[Pair, ...] | Missing:
    """Every two references of a table that has its tenant from what it refers to."""
    if scope.kind is not ScopeKind.DERIVED:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} carries its own tenant")
    return pairs_of(relations, relation.name) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no two ways to a tenant"
    )

from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.ancestry import Ancestor, ancestors_of


@many
def ancestor(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Ancestor, ...] | Missing:
    """What else tells the tenant of a table that carries its own: rows behind a parent, and copied names of
    the tenant.
    """
    if scope.kind is not ScopeKind.DIRECT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    found = tuple(ancestors_of(relations, dataset.tables, relation.name))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"nothing but its parents tells the tenant of {relation.name} a second time"
    )

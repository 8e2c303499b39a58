from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Reference, Relations, Scope
from auditkit.relations.nouns import OF_A_TENANT


@many
def self_reference(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a table of a tenant to itself: hierarchies, threads, merged rows."""
    found = tuple(r for r in relations.of(relation.name) if r.is_self and scope.kind in OF_A_TENANT)
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not refer to itself")

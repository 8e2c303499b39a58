from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Reference, Relations, Scope


@many
def any_reference(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a tenant's table to any other, or to itself; the tenant key is none, its orphans
    are counted elsewhere.
    """
    boundary = relations.boundary
    assert boundary is not None and scope.is_tenant  # a table of no tenant is not assessed
    found = tuple(
        r for r in relations.of(relation.name) if r.columns != (scope.column,) or r.parent != boundary.root
    )
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} refers to no other table")

from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope
from auditkit.relations.acting import Acting, acting_of


@many
def acting(relations: Relations, relation: Examined, scope: Scope) -> tuple[Acting, ...] | Missing:
    """The references by which people act on the rows of a tenant's table, where memberships say who may act
    where.
    """
    if not relations.memberships:
        return Missing(
            Cause.NOT_APPLICABLE, "no table says who is a member of which tenant (`tenancy.membership`)"
        )
    assert scope.is_tenant  # a table of no tenant is not assessed
    return tuple(acting_of(relations, relation.name)) or Missing(
        Cause.NOT_APPLICABLE, f"nobody acts on the rows of {relation.name}"
    )

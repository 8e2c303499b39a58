from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.facts.tenant_key import TenantKey, tenant_key
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope


@many
def required_tenant_key(
    relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant, of a table in which every row must have one."""
    if scope.null_is_shared:
        return Missing(
            Cause.NOT_APPLICABLE, f"rows of {relation.name} without a tenant are declared as shared"
        )
    return tenant_key(relations, relation, scope)

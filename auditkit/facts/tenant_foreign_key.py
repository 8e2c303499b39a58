from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope
from auditkit.relations.composite import TenantForeignKey, foreign_keys_of


@many
def tenant_foreign_key(
    relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantForeignKey, ...] | Missing:
    """The declared foreign keys from a table that carries its tenant to others that do, itself among them."""
    assert scope.is_tenant  # a table of no tenant is not assessed
    found = foreign_keys_of(relations, relation.name)
    return found or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} declares no foreign key between tables that carry their tenant",
    )

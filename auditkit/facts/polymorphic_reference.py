from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope
from auditkit.relations.nouns import OF_A_TENANT
from auditkit.relations.polymorphic import Polymorphic, polymorphic_of


@many
def polymorphic_reference(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Polymorphic, ...] | Missing:
    """The references of a tenant's table by type and key (`item_type`, `item_id`), one for each table that
    the types name.
    """
    if scope.kind not in OF_A_TENANT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} is no table of a tenant's rows: {scope.evidence}"
        )
    found = tuple(polymorphic_of(dataset, relations, relation.name))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no reference by type and key to a tenant's table"
    )

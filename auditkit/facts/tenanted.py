from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.relations import Relations, Scope, owner


@fact
def tenanted(dataset: Dataset, relations: Relations, relation: Examined, scope: Scope) -> ir.Table:
    """The rows of a tenant's table with the tenant each belongs to, its own or the one its references give;
    null where none tells.
    """
    assert scope.is_tenant  # asked for so that a table of no tenant is not assessed
    return owner.owned(dataset.tables, relations, relation.name)

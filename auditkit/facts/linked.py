from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.relations import Reference, Relations
from auditkit.relations.owner import PARENT_TENANT, TENANT, beside, owned


def linked(dataset: Dataset, relations: Relations, relation: Examined, reference: Reference) -> ir.Table:
    """The rows of the table with their own tenant and the tenant of the row they refer to, each null where it cannot be told."""
    rows = owned(dataset.tables, relations, relation.name)
    joined = beside(rows, reference, owned(dataset.tables, relations, reference.parent), PARENT_TENANT)
    return joined.select(*[c for c in joined.columns if c not in (TENANT, PARENT_TENANT)], TENANT, PARENT_TENANT)

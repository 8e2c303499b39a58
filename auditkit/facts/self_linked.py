from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.relations import Reference, Relations
from auditkit.relations.owner import linked


def self_linked(dataset: Dataset, relations: Relations, self_reference: Reference) -> ir.Table:
    """The rows of the table with their own tenant and the tenant of the row of the same table that they refer
    to.
    """
    return linked(dataset.tables, relations, self_reference)

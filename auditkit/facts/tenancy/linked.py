from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.relations import Reference, Relations, owner


@fact
def linked(dataset: Dataset, relations: Relations, reference: Reference) -> ir.Table:
    """The rows of the table with their own tenant and the tenant of the row they refer to, each null where it
    cannot be told.
    """
    return owner.linked(dataset.tables, relations, reference)

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.relations import Relations, ancestry
from auditkit.relations.ancestry import Ancestor


def descended(dataset: Dataset, relations: Relations, ancestor: Ancestor) -> ir.Table:
    """The rows of the table with their own tenant and the one that an ancestor tells, where the parent
    between them cannot.
    """
    return ancestry.descended(dataset.tables, relations, ancestor)

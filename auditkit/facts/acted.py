from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.relations import Relations
from auditkit.relations import acting as who
from auditkit.relations.acting import Acting


def acted(dataset: Dataset, relations: Relations, acting: Acting) -> ir.Table:
    """The rows of the table with their tenant, that of the person who acts on them, and whether he is an
    outsider; staff is none.
    """
    return who.acted(dataset.tables, relations, acting)

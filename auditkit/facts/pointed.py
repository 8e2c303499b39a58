from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.relations import Relations, polymorphic
from auditkit.relations.polymorphic import Polymorphic


def pointed(dataset: Dataset, relations: Relations, polymorphic_reference: Polymorphic) -> ir.Table:
    """The rows of one type with their own tenant and the tenant of the row that type and key mean."""
    return polymorphic.pointed(dataset.tables, relations, polymorphic_reference)

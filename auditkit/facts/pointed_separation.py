from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.separation import Separation, separation
from auditkit.relations import Relations
from auditkit.relations.polymorphic import Polymorphic


def pointed_separation(
    dataset: Dataset, relations: Relations, polymorphic_reference: Polymorphic, pointed: ir.Table
) -> Separation:
    """Whether the tenant is a boundary that the rows of one type respect."""
    return separation(dataset, relations, polymorphic_reference, pointed)

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.separation import Separation, separation
from auditkit.relations import Relations
from auditkit.relations.ancestry import Ancestor


def descended_separation(
    dataset: Dataset, relations: Relations, ancestor: Ancestor, descended: ir.Table
) -> Separation:
    """Whether the tenant is a boundary between the rows of a table and their ancestors."""
    return separation(dataset, relations, ancestor, descended)

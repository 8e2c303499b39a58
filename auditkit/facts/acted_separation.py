from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.separation import Separation, separation
from auditkit.relations import Relations
from auditkit.relations.acting import Acting


def acted_separation(dataset: Dataset, relations: Relations, acting: Acting, acted: ir.Table) -> Separation:
    """Whether membership is a boundary that those who act on the rows of a table respect."""
    return separation(dataset, relations, acting, acted)

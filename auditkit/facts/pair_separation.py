from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.separation import Separation, separation
from auditkit.relations import Relations
from auditkit.relations.pairs import Pair


def pair_separation(dataset: Dataset, relations: Relations, pair: Pair, paired: ir.Table) -> Separation:
    """Whether the tenant is a boundary that two references of one row respect together."""
    return separation(dataset, relations, pair, paired)

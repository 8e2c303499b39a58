from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.relations import Relations, pairs
from auditkit.relations.pairs import Pair


def paired(dataset: Dataset, relations: Relations, pair: Pair) -> ir.Table:
    """The rows of the table with the tenants of the two rows that a pair of its references leads to."""
    return pairs.paired(dataset.tables, relations, pair)

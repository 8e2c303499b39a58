from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.facts.relation import Examined


@fact
def rows(relation: Examined) -> ir.Table:
    """The rows of the table, as they stand in the source."""
    assert relation.table is not None  # a relation without a table says why it is missing
    return relation.table

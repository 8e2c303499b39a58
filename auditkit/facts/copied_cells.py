from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.agreements import beside, plain
from auditkit.facts.copied_column import CopiedColumn
from auditkit.facts.relation import Examined

COPIED = "auditkit_copied"


def copied_cells(dataset: Dataset, relation: Examined, copied_column: CopiedColumn) -> ir.Table:
    """The rows of the table, with whether a column repeats what stands in the row they refer to; none does
    where the column is no copy.
    """
    told = copied_column.agreement
    rows, parent = dataset.tables[relation.name], dataset.tables[told.reference.parent]
    joined = beside(rows, parent, told.reference, [told.original])
    same = plain(joined[told.column]) == plain(joined["auditkit_original_0"])
    copied = same.fill_null(False) if copied_column.is_copy else ibis.literal(False) & same.notnull()
    return joined.select(*[joined[c] for c in rows.columns], **{COPIED: copied})

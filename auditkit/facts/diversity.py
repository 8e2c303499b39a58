from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.classes import SIZE, classes, comparable
from auditkit.facts.personal_column import Column

VALUES = "auditkit_sensitive_values"


def diversity(rows: ir.Table, quasi_identifiers: tuple[str, ...], sensitive_attribute: Column) -> ir.Table:
    """The rows of the table, each with the size of its equivalence class and how many sensitive values that
    holds.

    An empty cell is a value like another. Ranks without gaps count distinct values on every engine; a
    distinct count over a window does not run on SQLite or PostgreSQL.
    """
    sized = classes(rows, quasi_identifiers)
    within = [comparable(sized[c]) for c in quasi_identifiers]
    rank = ibis.dense_rank().over(
        ibis.window(group_by=within, order_by=comparable(sized[sensitive_attribute.name]))
    )
    ranked = sized.mutate(auditkit_rank=rank)
    values = (
        ranked.auditkit_rank.max().over(
            ibis.window(group_by=[comparable(ranked[c]) for c in quasi_identifiers])
        )
        + 1
    )
    return ranked.mutate(**{VALUES: values}).drop("auditkit_rank").select(*rows.columns, SIZE, VALUES)

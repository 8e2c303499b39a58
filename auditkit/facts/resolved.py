from __future__ import annotations

from functools import reduce

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.relations import Reference

ORPHAN = "auditkit_orphan"


def resolved(dataset: Dataset, relation: Examined, any_reference: Reference) -> ir.Table:
    """The rows of the table, with whether their reference names a row that is not there; zero and empty text
    name none.
    """
    rows, parent = dataset.tables[relation.name], dataset.tables[any_reference.parent]
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(any_reference.parent_columns)}
    known = parent.select(**keys).distinct()
    joined = rows.left_join(
        known, [rows[c] == known[k] for c, k in zip(any_reference.columns, keys, strict=True)]
    )
    named = reduce(lambda a, b: a & b, [_names_one(joined[c]) for c in any_reference.columns])
    return joined.select(
        *[joined[c] for c in rows.columns], **{ORPHAN: named & joined["auditkit_key_0"].isnull()}
    )


def _names_one(key: ir.Column) -> ir.BooleanValue:
    if key.type().is_string():
        return (key.strip() != "").fill_null(False)
    return (key != 0).fill_null(False) if key.type().is_integer() else key.notnull()

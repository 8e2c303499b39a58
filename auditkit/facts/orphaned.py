from __future__ import annotations

from datetime import date
from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.deleted import gone
from auditkit.facts.deletion_mark import marks_of
from auditkit.outcome import Missing
from auditkit.policy import Policy
from auditkit.relations import Reference

PARENT_ABSENT, PARENT_DELETED = "auditkit_parent_absent", "auditkit_parent_deleted"


def orphaned(
    dataset: Dataset, policy: Policy, owning_reference: Reference, rows: ir.Table, as_of: date
) -> ir.Table | Missing:
    """The rows of the table, with whether the row they belong to is not there, or was marked as deleted
    longer ago than its grace.
    """
    parent = dataset.tables[owning_reference.parent]
    if is_apart(parent, rows):
        return APART
    declared = policy.table(owning_reference.parent)
    marks = (
        marks_of(policy, owning_reference.parent, declared, parent.columns) if declared is not None else ()
    )
    deleted = reduce(or_, [gone(parent, mark, as_of) for mark in marks], ibis.literal(False))
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(owning_reference.parent_columns)}
    narrow = parent.select(**keys, **{PARENT_DELETED: deleted})
    joined = rows.left_join(
        narrow, [rows[c] == narrow[k] for c, k in zip(owning_reference.columns, keys, strict=True)]
    )
    refers = reduce(and_, [rows[c].notnull() for c in owning_reference.columns])
    absent = refers & joined[next(iter(keys))].isnull()
    return joined.select(
        *[joined[c] for c in rows.columns],
        **{PARENT_ABSENT: absent, PARENT_DELETED: joined[PARENT_DELETED].fill_null(False)},
    )

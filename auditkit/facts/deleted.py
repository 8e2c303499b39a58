from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.deletion_mark import DeletionMark
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate

GONE = "auditkit_gone"


def deleted(rows: ir.Table, deletion_mark: DeletionMark, as_of: date) -> ir.Table:
    """The rows of the table, with whether each was marked as deleted longer ago than the grace, and is not held.

    A mark that is true or false has no moment, and counts at once.
    """
    mark = rows[deletion_mark.column]
    limit = latest_start(period=deletion_mark.grace, as_of=as_of)
    gone = mark if mark.type().is_boolean() else clock(mark).moment <= limit
    held = predicate(deletion_mark.hold, rows, as_of) if deletion_mark.hold else ibis.literal(False)
    return rows.mutate(**{GONE: gone.fill_null(False) & ~held})

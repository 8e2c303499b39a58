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
    """The rows of the table, with whether each was marked as deleted longer ago than the grace, and is not
    held.

    A mark that is true or false has no moment, and counts at once.
    """
    return rows.mutate(**{GONE: gone(rows, deletion_mark, as_of)})


def gone(rows: ir.Table, mark: DeletionMark, as_of: date) -> ir.BooleanValue:
    """Return whether a row was marked as deleted longer ago than the grace of the mark, and is not held."""
    cell = rows[mark.column]
    limit = latest_start(period=mark.grace, as_of=as_of)
    marked = cell if cell.type().is_boolean() else clock(cell).moment <= limit
    held = predicate(mark.hold, rows, as_of) if mark.hold else ibis.literal(False)
    return marked.fill_null(False) & ~held

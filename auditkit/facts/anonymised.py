from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy
from auditkit.policy.predicate import predicate

ANONYMISED = "auditkit_anonymised"


def anonymised(rows: ir.Table, relation: Examined, declared: TablePolicy, as_of: date) -> ir.Table | Missing:
    """The rows of the table, with whether a retention rule says that they are marked as anonymised.

    The bare name of a column of moments is such a mark from that moment on.
    """
    conditions = [r.anonymised for r in declared.retention if r.anonymised]
    if not conditions:
        return Missing(
            Cause.UNDECLARED,
            f"no retention rule of {relation.name} says which rows are anonymised (`anonymised`)",
        )
    return rows.mutate(**{ANONYMISED: reduce(or_, [_marked(c, rows, as_of) for c in conditions])})


def _marked(condition: str, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    name = condition.strip().strip('"')
    if name in rows.columns and (rows[name].type().is_timestamp() or rows[name].type().is_date()):
        return (clock(rows[name]).moment.notnull() & ~predicate(condition, rows, as_of)).fill_null(False)
    return predicate(condition, rows, as_of)

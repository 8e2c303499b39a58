"""Which rows a retention rule marks as anonymised."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy
from auditkit.policy.predicate import predicate

ANONYMISED = "auditkit_anonymised"


@fact
def anonymised(rows: ir.Table, relation: Examined, declared: TablePolicy, as_of: date) -> ir.Table | Missing:
    """The rows of the table, with whether a retention rule says that each is anonymised (`ANONYMISED`).

    The bare name of a column of moments marks a row from that moment on.
    """
    conditions = [rule.anonymised for rule in declared.retention if rule.anonymised]
    if not conditions:
        reason = f"no retention rule of {relation.name} says which rows are anonymised (`anonymised`)"
        return Missing(Cause.UNDECLARED, reason)
    return rows.mutate(**{ANONYMISED: reduce(or_, [_marked(c, rows, as_of) for c in conditions])})


def _marked(condition: str, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    name = condition.strip().strip('"')
    if name in rows.columns and (rows[name].type().is_timestamp() or rows[name].type().is_date()):
        return (clock(rows[name]).moment.notnull() & ~predicate(condition, rows, as_of)).fill_null(False)
    return predicate(condition, rows, as_of)

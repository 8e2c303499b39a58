from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from auditkit.facts.relation import Examined
from auditkit.facts.rollup import Rollup
from auditkit.facts.totals import Total
from auditkit.outcome import Cause, Missing


def reconciled(relation: Examined, rollup: Rollup, totals: Mapping[Rollup, Total]) -> ir.Table | Missing:
    """The tenants with how much a stored total is off from their rows.

    Missing where the data do not show that it is one, and where any total of the table is out of date: such a
    table tells nothing about whose the rows are, even where what came and what went happen to be as many.
    """
    total = totals[rollup]
    if not total.told:
        agree = f"{total.agreeing} of {total.tenants} tenants agree"
        return Missing(
            Cause.NOT_APPLICABLE,
            f"it does not show that {rollup.column} is the total of {rollup.source}: {agree}",
        )
    late = [r.column for r, t in totals.items() if t.late]
    if late:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is out of date: the sum of {late[0]} over all tenants is not that of the rows",
        )
    return total.by_tenant

"""The rows of a table that must not be deleted for now: held by its rules, or by legal holds."""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.facts.retention.holds import StandingHolds, with_suspension
from auditkit.relations.conditions import with_conditions
from auditkit.relations.reach import Reach

_BY_RULE = "auditkit_held_by_rule"


def held_by_rules(reach: Reach, rows: ir.Table, table: str, name: str) -> ir.Table:
    """Return rows with whether the condition `hold` of any rule of their table holds, as a column `name`."""
    declared = reach.policy.table(table)
    rules = declared.retention if declared is not None else ()
    stated = {
        f"{_BY_RULE}_{i}": (rule.hold, ("tables", table, "retention", i, "hold"))
        for i, rule in enumerate(rules)
        if rule.hold is not None
    }
    marked = with_conditions(reach, rows, table, stated)
    held = reduce(or_, [marked[c] for c in stated], ibis.literal(False))
    return marked.mutate(**{name: held}).drop(*stated)


def held(reach: Reach, rows: ir.Table, table: str, name: str, holds: StandingHolds | None) -> ir.Table:
    """Return rows with whether a rule or a standing legal hold keeps them, as a column `name`."""
    marked = held_by_rules(reach, rows, table, name)
    return marked if holds is None else with_suspension(reach, marked, table, holds, name)

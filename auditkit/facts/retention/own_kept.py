from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing


@fact
def own_kept(kept: ir.Table, rule: Rule) -> ir.Table | Missing:
    """The rows of a retention rule that has a clock of its own; what is wrong with an inherited clock is told
    where it stands.
    """
    if rule.path:
        return Missing(
            Cause.NOT_APPLICABLE, f"{rule.path[0].table} inherits its clock from {rule.path[-1].parent}"
        )
    return kept

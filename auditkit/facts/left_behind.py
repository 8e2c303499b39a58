from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.ended_tenants import ENDED
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.policy.predicate import predicate
from auditkit.relations import Scope, ScopeKind
from auditkit.relations.owner import TENANT

LEFT_BEHIND = "auditkit_left_behind"


def left_behind(
    policy: Policy, relation: Examined, scope: Scope, tenanted: ir.Table, ended_tenants: ir.Table, as_of: date
) -> ir.Table | Missing:
    """The rows of a tenant's table, with whether their tenant has left and nothing holds them."""
    if scope.kind is ScopeKind.ROOT:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} holds the tenants themselves: its own retention rule is about them",
        )
    if is_apart(tenanted, ended_tenants):
        return APART
    declared = policy.table(relation.name)
    holds = [
        predicate(r.hold, tenanted, as_of)
        for r in (declared.retention if declared is not None else ())
        if r.hold
    ]
    joined = tenanted.mutate(auditkit_held=reduce(or_, holds, ibis.literal(False)))
    joined = joined.left_join(ended_tenants, joined[TENANT] == ended_tenants[ENDED])
    kept = [joined[c] for c in tenanted.columns]
    return joined.select(*kept, **{LEFT_BEHIND: joined[ENDED].notnull() & ~joined.auditkit_held})

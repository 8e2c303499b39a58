from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.deletion_mark import GRACE
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import Relations

ENDED = "auditkit_ended"


def ended_tenants(dataset: Dataset, policy: Policy, relations: Relations, as_of: date) -> ir.Table | Missing:
    """The keys of the tenants that have left, longer ago than the grace (30 days where none is declared), in
    `ENDED`.

    The bare name of a column says when a tenant left; a condition, or a flag, says that it has, and counts at
    once.
    """
    tenancy, boundary = policy.tenancy, relations.boundary
    if tenancy is None or not tenancy.ended or boundary is None:
        return Missing(Cause.UNDECLARED, "the policy does not say which tenants have left (`tenancy.ended`)")
    root = dataset.tables[boundary.root]
    if absent := [
        c
        for c in columns_of(tenancy.ended)
        if c.casefold() not in {known.casefold() for known in root.columns}
    ]:
        raise NoColumnError.of(policy, ("tenancy", "ended"), boundary.root, absent[0], root.columns)
    left = predicate(tenancy.ended, root, as_of)
    name = next(
        (c for c in root.columns if c.casefold() == tenancy.ended.strip().strip('"').casefold()), None
    )
    if name is not None and not root[name].type().is_boolean():
        left = clock(root[name]).moment <= latest_start(period=tenancy.ended_grace or GRACE, as_of=as_of)
    return root.filter(left.fill_null(False)).select(**{ENDED: root[boundary.root_key]}).distinct()

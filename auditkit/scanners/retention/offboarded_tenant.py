"""A tenant has left, and its rows are still here.

Who processes for others deletes or returns all their personal data when the service ends (GDPR Art.
28(3)(g)). Forgotten tables keep the data of a customer who no longer has a contract, and of people who were
never told.

Remedy: make off-boarding one procedure that goes through every table of a tenant (this check names each that
    it missed), with its
objects in storage, its keys and its exports; confirm the deletion to the customer in writing.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "closed_at": pd.to_datetime([None, "2025-06-30"])})
>>> notes = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id, ended: closed_at}}")
>>> audit = auditkit.audit({"tenants": tenants, "notes": notes}, policy, checks=["retention-offboarded-tenant"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["tenants"]) for f in audit.findings]
[('notes', 2, 3, 1)]
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.owner import TENANT
from auditkit.scanners.retention.soft_delete_residue import GRACE

ENDED = "auditkit_ended"


@fact
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


LEFT_BEHIND = "auditkit_left_behind"


@fact
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


@check(severity=Severity.HIGH, articles=("GDPR 28(3)(g)", "GDPR 5(1)(e)"))
def offboarded_tenant(left_behind: ir.Table) -> Offending:
    """Return whether a row belongs to a tenant that has left."""
    broken = left_behind[LEFT_BEHIND]
    return Offending(broken, detail={"tenants": left_behind[TENANT].nunique(where=broken)})

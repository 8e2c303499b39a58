"""Rows of a tenant that has left

## What it finds
Rows that belong to a tenant which left longer ago than the grace (`tenancy.ended_grace`, or 30 days). Rows on
legal hold do not count.

## Why it matters
A processor deletes or returns all personal data when the service ends (GDPR Art. 28(3)(g)). Forgotten tables
keep the data of a customer without a contract, and of people who do not know about it.

## How to fix
Make off-boarding one procedure that goes through every table of a tenant, and through its objects in storage,
its keys and its exports. The check names each table that was missed. Confirm the deletion to the customer in
writing.

## Limits
The check needs to know which tenants have left (`tenancy.ended`). A condition or a flag has no date, and
counts at once.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "closed_at": pd.to_datetime([None, "2025-06-30"])})
>>> notes = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2]})
>>> tenancy = "{root: tenants, key: tenant_id, ended: closed_at}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {tenancy}}}")
>>> source, checks = {"tenants": tenants, "notes": notes}, ["retention-offboarded-tenant"]
>>> audit = auditkit.audit(source, policy, checks=checks, as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["tenants"]) for f in audit.findings]
[('notes', 2, 3, 1)]

## References
- GDPR Art. 28(3)(g), deletion or return at the end of the service
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.retention.deletion_mark import GRACE
from auditkit.facts.retention.held import held
from auditkit.facts.retention.holds import StandingHolds
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.key_text import same_key
from auditkit.relations.reach import Reach
from auditkit.relations.row_tenants import TENANT

ENDED, LEFT_BEHIND = "auditkit_ended", "auditkit_left_behind"


@fact
def ended_tenants(dataset: Dataset, policy: Policy, relations: Relations, as_of: date) -> ir.Table | Missing:
    """The keys (`ENDED`) of the tenants that left longer ago than the grace.

    The bare name of a column says when a tenant left. A condition or a flag says that it has left.
    """
    tenancy, boundary = policy.tenancy, relations.boundary
    if tenancy is None or not tenancy.ended or boundary is None:
        reason = "the policy does not say which tenants have left (`tenancy.ended`)"
        return Missing(Cause.UNDECLARED, reason)
    tenants = dataset.tables[boundary.root]
    known = {column.casefold() for column in tenants.columns}
    for column in columns_of(tenancy.ended):
        if column.casefold() not in known:
            at = ("tenancy", "ended")
            raise NoColumnError.of(policy, at, boundary.root, column, tenants.columns)
    left = predicate(tenancy.ended, tenants, as_of)
    bare = tenancy.ended.strip().strip('"').casefold()
    name = next((column for column in tenants.columns if column.casefold() == bare), None)
    if name is not None and not tenants[name].type().is_boolean():
        left = clock(tenants[name]).moment <= latest_start(period=tenancy.ended_grace or GRACE, as_of=as_of)
    return tenants.filter(left.fill_null(False)).select(**{ENDED: tenants[boundary.root_key]}).distinct()


@fact
def left_behind(
    reach: Reach,
    relation: Examined,
    scope: Scope,
    tenanted: ir.Table,
    ended_tenants: ir.Table,
    standing_holds: StandingHolds | None,
) -> ir.Table | Missing:
    """The rows of a tenant's table, with whether their tenant has left and no hold keeps them."""
    if scope.kind is ScopeKind.ROOT:
        reason = f"{relation.name} holds the tenants themselves, to which its own retention rule applies"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if is_apart(tenanted, ended_tenants):
        return APART
    known = held(reach, tenanted, relation.name, "auditkit_held", standing_holds)
    joined = known.left_join(ended_tenants, same_key(known[TENANT], ended_tenants[ENDED]))
    own = [joined[c] for c in tenanted.columns]
    return joined.select(*own, **{LEFT_BEHIND: joined[ENDED].notnull() & ~joined.auditkit_held})


@check(
    severity=Severity.HIGH,
    articles=("GDPR 28(3)(g)", "GDPR 5(1)(e)"),
    says="{tenants:tenant} that left",
)
def offboarded_tenant(left_behind: ir.Table) -> Offending:
    """Return whether a row belongs to a tenant that has left."""
    broken = left_behind[LEFT_BEHIND]
    return Offending(broken, detail={"tenants": left_behind[TENANT].nunique(where=broken)})

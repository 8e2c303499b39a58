"""Rows without a tenant

## What it finds
Rows of a tenant's table in which the tenant is empty.

## Why it matters
Nobody sees a row without a tenant, or everybody sees it: that depends on how each query and each row-level
policy treats NULL (GDPR Art. 5(1)(f), 32). And nobody erases the row when its tenant leaves.

## How to fix
Find the tenant of the rows through what they refer to, fill the column, and make it `NOT NULL`. Where rows
without a tenant are meant for all tenants, declare `tenancy.null_is_shared: [table]`.

## Limits
Only tables that carry their tenant in a column are looked at. A tenant that is filled in but wrong is the
subject of other checks.

## Example
>>> import auditkit, pandas as pd
>>> files = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, None, 2]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": files}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-missing-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('files', ('tenant_id',), 1, 3)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.tenant_key import TenantKey, tenant_key_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Scope
from auditkit.relations.references import Boundary


@each
def required_tenant_key(
    relation: Examined, scope: Scope, boundary: Boundary
) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant, of a table in which every row must have one."""
    if scope.null_is_shared:
        return Missing(
            Cause.NOT_APPLICABLE, f"the policy declares rows of {relation.name} without a tenant as shared"
        )
    return tenant_key_of(relation, scope, boundary)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def missing_key(rows: ir.Table, required_tenant_key: TenantKey) -> Offending:
    """Return whether a row has no tenant; empty text counts as no tenant."""
    key = rows[required_tenant_key.column]
    without = key.isnull()
    if key.type().is_string():
        without |= key.strip() == ""
    return Offending(without, confidence=required_tenant_key.confidence)

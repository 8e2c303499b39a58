"""Rows of no tenant stand in a tenant's table.

A row without a tenant is either seen by nobody, or by everybody: which of the two depends on how each query
and each row-level policy treats NULL (GDPR Art. 5(1)(f), 32). Nobody erases it when a tenant leaves.

Remedy: find the tenant of the rows through what they refer to, fill the column and make it NOT NULL; declare
`tenancy.null_is_shared: [table]` where a row without a tenant is meant for all of them.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, None, 2]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-missing-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('files', ('tenant_id',), 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.scanners.tenancy.orphan_tenant import TenantKey, tenant_key


@each
def required_tenant_key(
    relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant, of a table in which every row must have one."""
    if scope.null_is_shared:
        return Missing(
            Cause.NOT_APPLICABLE, f"rows of {relation.name} without a tenant are declared as shared"
        )
    return tenant_key(relations, relation, scope)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def missing_key(rows: ir.Table, required_tenant_key: TenantKey) -> Offending:
    """Return whether a row has no tenant; empty text is none."""
    key = rows[required_tenant_key.column]
    empty = key.strip() == "" if key.type().is_string() else None
    return Offending(
        key.isnull() if empty is None else key.isnull() | empty, confidence=required_tenant_key.confidence
    )

"""Rows belong to a tenant that does not exist.

The tenant was removed and its rows were not; when its number or its name is issued again, the next tenant
inherits them (GDPR Art. 5(1)(e), 5(1)(f), 28(3)(g)).

Remedy: erase the rows that the finding's SQL selects, or give them back to the tenant they belong to; then
`ALTER TABLE child ADD FOREIGN KEY (tenant_id) REFERENCES tenants (id)`. Never issue the key of a tenant
twice.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 9, None]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-orphan-tenant"])
>>> [(f.table, f.columns, f.rows, f.detail["tenants"]) for f in audit.findings]
[('files', ('tenant_id',), 1, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.tenant_key import TenantKey
from auditkit.facts.with_root import ROOT
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 5(1)(f)", "GDPR 28(3)(g)"))
def orphan_tenant(with_root: ir.Table, tenant_key: TenantKey) -> Offending:
    """Return whether a row names a tenant that is no row of the root; a row without a tenant counts
    elsewhere.
    """
    key = with_root[tenant_key.column]
    orphan = key.notnull() & with_root[ROOT].isnull()
    named = orphan & (key.strip() != "") if key.type().is_string() else orphan
    return Offending(named, detail={"tenants": key.nunique(where=named)}, confidence=tenant_key.confidence)

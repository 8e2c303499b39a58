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

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.left_behind import LEFT_BEHIND
from auditkit.outcome import Severity
from auditkit.relations.owner import TENANT


@check(severity=Severity.HIGH, articles=("GDPR 28(3)(g)", "GDPR 5(1)(e)"))
def offboarded_tenant(left_behind: ir.Table) -> Offending:
    """Return whether a row belongs to a tenant that has left."""
    broken = left_behind[LEFT_BEHIND]
    return Offending(broken, detail={"tenants": left_behind[TENANT].nunique(where=broken)})

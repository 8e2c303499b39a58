"""A table of tenants that the application can reach is not under row-level security.

Only the application's own code then keeps one tenant's rows from another; a query that forgets the tenant
reads them all (GDPR Art. 25, 32(1)(b)). Which tables belong to tenants is told by the tenant map, not by the
schema; a table counts where a role other than its owner may read or write it, itself or as a role that it
acts as, with the policy's `roles` those of the application. Where no table of the server is under row-level
security at all, tenants are kept apart by other means, and it is medium. How many policies of the table wait
for row-level security to be turned on is in `detail.policies`.

Remedy: `ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY
    tenant_isolation ON t USING
(tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK (...)`, and let each session say
its tenant with `SET LOCAL app.tenant_id`; the statements for the table at hand are in `detail.ddl`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-missing"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def rls_missing(row_guard: ir.Table) -> ir.Table:
    """Return the table where somebody reaches it and row-level security is off, with the statements that turn
    it on.
    """
    found = row_guard
    return found.filter(~found.secured & found.roles.notnull()).drop("secured")

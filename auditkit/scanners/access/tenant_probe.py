"""A session of one tenant sees another tenant's rows.

What policies say is one thing, what the server shows another. On a copy of the database, where the policy
asks for it by `probe: {role: app, setting: app.tenant_id}`, the audit acts as the application's role, says
that it is the tenant with the most rows, and counts whose rows it sees (GDPR Art. 32(1)(d)): the other
tenants' must be none, and some of its own must be there, or the probe proves nothing and is not assessed. All
of it is one transaction that may only read and is rolled back. The audit's role needs `GRANT app TO auditor`.

Remedy: see `access-rls-missing`, `access-rls-not-forced`, `access-weak-policy` and `access-bypass-path` for
    the table, which say why;
treat rows that a tenant could read as a breach to be assessed (Art. 33).

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-tenant-probe"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)"))
def tenant_probe(probe_result: ir.Table) -> ir.Table:
    """Return the table where rows of other tenants are seen: how many, of how many."""
    return probe_result.filter(probe_result.rows > 0)

"""Requests are logged without a tenant.

Of these nobody can say afterwards whose data they reached: the log can neither prove that tenants were kept
apart nor tell whom to notify (GDPR Art. 5(2), 32(1)(d), 33(3)). Counted are requests of a known user; one in
a hundred may lack the tenant.

Remedy: write the tenant of the verified token on every line, from the same place as the user; refuse requests
    that have none, except on
`access_log.public_routes`.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, None, 2, None], "user_id": [5, 5, 6, None]})
>>> told = "access_log: {table: log, tenant: tenant_id, user: user_id}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-no-context"])
>>> [(f.table, f.columns, f.of, f.detail["without"], round(f.detail["value"], 2)) for f in audit.findings]
[('log', ('tenant_id',), 3, 1, 0.33)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.log import Log
from auditkit.facts.tenancy.log_rows import PUBLIC, key_text
from auditkit.outcome import Missing, Severity


@each
def caller_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the caller's tenant, where callers are logged too."""
    return log.undeclared("tenant", "user") or (Column(str(log.declared.tenant)),)


MOST = 0.01


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 32(1)(d)", "GDPR 33(3)"), incident=True)
def no_context(log_rows: ir.Table, log: Log, caller_tenant: Column) -> Offending:
    """Return the share of the requests of known users that carry no tenant."""
    known = key_text(log_rows[log.declared.user]).notnull() & ~log_rows[PUBLIC]
    without = log_rows.count(where=known & key_text(log_rows[caller_tenant.name]).isnull())
    of = log_rows.count(where=known)
    share = ibis.ifelse(of > 0, without.cast("float64") / of.cast("float64").nullif(0.0), 0.0)
    return Offending(Measure(share, MOST, share > MOST), detail={"without": without}, of=of)

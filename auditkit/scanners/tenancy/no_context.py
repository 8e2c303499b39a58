"""Requests logged without a tenant

## What it finds
An access log in which more than 1% of the requests of known users carry no tenant.

## Why it matters
Afterwards nobody can say whose data such a request reached. The log cannot prove that tenants were kept
apart, and it does not say whom to notify after a breach (GDPR Art. 5(2), 32(1)(d), 33(3)).

## How to fix
Write the tenant of the verified token on every line, from the same place as the user. Refuse requests
without a tenant, except on `access_log.public_routes`.

## Limits
Requests without a user, of staff and of public routes do not count.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, None, 2, None], "user_id": [5, 5, 6, None]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, tenant: tenant_id, user: user_id}
... ''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}
>>> audit = auditkit.audit(source, policy, checks=["tenancy-no-context"])
>>> [(f.table, f.of, f.detail["without"], round(f.detail["value"], 2)) for f in audit.findings]
[('log', 3, 1, 0.33)]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 32(1)(d), testing and evaluating security
- GDPR Art. 33(3), content of the notification of a breach
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.access_log import PUBLIC, Log
from auditkit.outcome import Missing, Severity
from auditkit.relations.key_text import key_text

MOST = 0.01
"""The share of requests that may lack the tenant."""


@each
def caller_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the tenant of the caller, where callers are logged too."""
    return log.column("tenant", "user")


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(2)", "GDPR 32(1)(d)", "GDPR 33(3)"),
    incident=True,
    says="{without:request} of known users without a tenant, {value:.1%} of all; limit {limit:.0%}",
)
def no_context(log_rows: ir.Table, log: Log, caller_tenant: Column) -> Offending:
    """Return the share of the requests of known users that carry no tenant."""
    known = key_text(log_rows[log.declared.user]).notnull() & ~log_rows[PUBLIC]
    without = log_rows.count(where=known & key_text(log_rows[caller_tenant.name]).isnull())
    of = log_rows.count(where=known)
    share = ibis.ifelse(of > 0, without.cast("float64") / of.cast("float64").nullif(0.0), 0.0)
    return Offending(Measure(share, MOST, share > MOST), detail={"without": without}, of=of)

"""Tenant header differs from the tenant of the token

## What it finds
Requests that named one tenant in a header or a host name, carried the token of another tenant, and were
answered.

## Why it matters
Only the code of the service knows which of the two it believed. If it believed the header, anybody can read
any tenant by writing its name there (GDPR Art. 5(1)(f), 32).

## How to fix
Take the tenant from the verified token alone. Refuse a request whose header or host names another tenant,
and log the refusal. Then look at the rows that the SQL of the finding selects: what was answered, and whose
data was it (Art. 33(3))?

## Limits
The check needs both tenants in the log. Requests of staff and of `access_log.public_routes` are left out.
Refused requests are counted and are no fault.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"header": [1, 2, 2], "token": [1, 1, 1], "status": [200, 200, 403]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, status: status, header_tenant: header, token_tenant: token}
... ''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}
>>> audit = auditkit.audit(source, policy, checks=["tenancy-header-mismatch"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', ('header',), 1, 3, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- OWASP API1:2023, broken object level authorization
- CWE-863, incorrect authorization
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.access_log import PUBLIC, SERVED_SAYS, Log, served
from auditkit.outcome import Missing, Severity
from auditkit.relations.key_text import key_text


@each
def header_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column with the tenant that a request named, where the tenant of its token is logged too."""
    return log.column("header_tenant", "token_tenant")


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"), says=SERVED_SAYS)
def header_mismatch(log_rows: ir.Table, log: Log, header_tenant: Column) -> Offending:
    """Return whether a request was answered whose header named another tenant than its token."""
    header, token = (key_text(log_rows[c]) for c in (header_tenant.name, str(log.declared.token_tenant)))
    foreign = (header.lower() != token.lower()).fill_null(False) & ~log_rows[PUBLIC]
    return served(log_rows, foreign, token, header)

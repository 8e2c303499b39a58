"""Response contains another tenant's resource

## What it finds
Requests that were answered with something that belongs to another tenant than the caller, as the service
itself wrote into its log.

## Why it matters
This is broken object level authorization, and it is a personal data breach that has happened (GDPR Art.
5(1)(f), 32, 33).

## How to fix
Stop it first: let the query behind the route filter by the tenant of the caller, and let the service refuse
an answer whose tenant is not the caller's. Then assess the breach with the rows that the SQL of the finding
selects: who read what, about whom, and when (Art. 33(3)).

## Limits
The check needs the tenant of the resource in the log. Requests of staff and of `access_log.public_routes`
are left out. Refused requests are counted and are no leak.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, 1, 1], "resource_tenant": [1, 2, 2], "status": [200, 200, 403]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, tenant: tenant_id, status: status, resource_tenant: resource_tenant}
... ''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}
>>> audit = auditkit.audit(source, policy, checks=["tenancy-response-tenant"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', ('resource_tenant',), 1, 3, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
- OWASP API1:2023, broken object level authorization
- OWASP WSTG-APIT-02 and CWE-639, authorization bypass through a user-controlled key
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.access_log import PUBLIC, SERVED_SAYS, Log, served
from auditkit.outcome import Missing, Severity
from auditkit.relations.key_text import key_text


@each
def resource_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column with the tenant of what a request reached, where the tenant of the caller is logged too."""
    return log.column("resource_tenant", "tenant")


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SERVED_SAYS,
)
def response_tenant(log_rows: ir.Table, log: Log, resource_tenant: Column) -> Offending:
    """Return whether a request was answered with what belongs to another tenant, as the log says."""
    caller, resource = (key_text(log_rows[c]) for c in (log.declared.tenant, resource_tenant.name))
    foreign = (caller != resource).fill_null(False) & ~log_rows[PUBLIC]
    return served(log_rows, foreign, caller, resource)

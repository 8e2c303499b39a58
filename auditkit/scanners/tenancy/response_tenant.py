"""The log's own resource tenant differs from the caller's.

The service itself wrote down whose data it handed out, and it was not the caller's: broken object level
authorisation, and a breach that has happened (OWASP API1:2023, WSTG-APIT-02, CWE-639; GDPR Art. 5(1)(f), 32,
33). Refused requests are counted and are no leak; staff and `access_log.public_routes` are left out.

Remedy: stop it first: let the query that serves the route filter by the caller's tenant, and let the service
    refuse an answer whose
tenant is not the caller's. Then assess the breach with the rows that the finding's SQL selects: who read
what, of whom, and when (Art. 33(3)).

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, 1, 1], "resource_tenant": [1, 2, 2], "status": [200, 200, 403]})
>>> told = "access_log: {table: log, tenant: tenant_id, status: status, resource_tenant: resource_tenant}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-response-tenant"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', ('resource_tenant',), 1, 3, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.log import Log
from auditkit.facts.tenancy.log_rows import ANSWERED, PUBLIC, key_text
from auditkit.outcome import Missing, Severity


@each
def resource_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the tenant of what was reached, where the caller's is logged too."""
    return log.undeclared("tenant", "resource_tenant") or (Column(str(log.declared.resource_tenant)),)


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def response_tenant(log_rows: ir.Table, log: Log, resource_tenant: Column) -> Offending:
    """Return whether a request was answered with what the log says belongs to another tenant."""
    caller, resource = (key_text(log_rows[c]) for c in (log.declared.tenant, resource_tenant.name))
    foreign = (caller != resource).fill_null(False) & ~log_rows[PUBLIC]
    answered = foreign & log_rows[ANSWERED]
    refused = log_rows.count(where=foreign & ~log_rows[ANSWERED])
    detail = {"refused": refused, "pairs": (caller + " " + resource).nunique(where=answered)}
    return Offending(answered, detail, between=Between(caller, resource))

"""A logged query reads a tenant's table without the tenant.

Nothing in its text keeps it to one tenant: neither a comparison of the tenant column nor a join to a table
that has one. Either row-level security does, or the code that sends it, or nobody (GDPR Art. 25, 32). Read
are `pg_stat_statements` and tables that are called like a log of queries; those of `roles.administrator` are
left out. Whether row-level security was in force cannot be told from a text, so the confidence is medium.

Remedy: let the data layer add the tenant to every query, `... WHERE tenant_id = $1`; fetch by `(tenant_id,
    id)`, never by `id` alone; or
`ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY` with a policy on the tenant.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"query": ["SELECT * FROM tickets WHERE tenant_id = $1", "SELECT * FROM tickets WHERE id = $1"], "calls": [90, 7]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [1], "tenant_id": [1]}), "query_log": log}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-unscoped-query"])
>>> [(f.table, f.target, f.rows, f.of, f.detail["calls"], f.detail["by_key"]) for f in audit.findings]
[('query_log', 'tickets', 1, 2, 7, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 25", "GDPR 32"))
def unscoped_query(parsed_queries: ir.Table) -> ir.Table:
    """Return the tables of tenants that logged queries read without the tenant."""
    return parsed_queries.filter(parsed_queries.rows > 0)

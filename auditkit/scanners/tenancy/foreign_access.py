"""The access log shows a tenant reading another tenant's object.

Somebody asked for a row by its number and got it, though it belongs to another tenant: broken object level
authorisation, and a breach that has happened (OWASP API1:2023; GDPR Art. 5(1)(f), 32, 33). The log is a
table, or a JSONL or CSV file beside the database, which `access_log.file` names: then the tenants of the
objects in it are fetched by key, 100,000 at most, and compared where the file is.

Remedy: stop it first: let the query that serves the route filter by the caller's tenant. Then assess the
    breach with the rows that the
finding's SQL selects: who read what, of whom, and when (Art. 33(3)).

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, 1, 1], "route": ["/tickets/{id}"] * 3, "object_id": [10, 20, 20], "status": [200, 200, 403]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}), "log": log}
>>> told = "{table: log, tenant: tenant_id, status: status, route: route, object: object_id, objects: {'/tickets/{id}': tickets.id}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, access_log: {told}}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-foreign-access"])
>>> [(f.table, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', 1, 3, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check
from auditkit.facts.requests import ANSWERED
from auditkit.outcome import Severity
from auditkit.relations.owner import PARENT_TENANT, TENANT


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"))
def foreign_access(requests: ir.Table) -> Offending:
    """Return whether a request was answered with the row of another tenant; what was refused is counted, and
    is no leak.
    """
    foreign = requests[TENANT] != requests[PARENT_TENANT]
    pair = requests[TENANT].cast("string") + " " + requests[PARENT_TENANT].cast("string")
    answered = foreign & requests[ANSWERED]
    detail = {
        "refused": requests.count(where=foreign & ~requests[ANSWERED]),
        "pairs": pair.nunique(where=answered),
    }
    return Offending(answered, detail, between=Between(requests[TENANT], requests[PARENT_TENANT]))

"""A request named one tenant and carried the token of another, and was answered.

Which of the two the service believed only its code knows; where it was the header, anybody can read any
tenant by writing its name there (OWASP API1:2023, CWE-863; GDPR Art. 5(1)(f), 32). Refused requests are
counted and are no fault; staff and public routes are left out.

Remedy: take the tenant from the verified token alone, refuse a request whose header or host says another, and
    log the refusal. Then look
at the rows that the finding's SQL selects: what was answered, and whose was it (Art. 33(3)).

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"header": [1, 2, 2], "token": [1, 1, 1], "status": [200, 200, 403]})
>>> told = "access_log: {table: log, status: status, header_tenant: header, token_tenant: token}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-header-mismatch"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', ('header',), 1, 3, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each
from auditkit.facts.column import Column
from auditkit.facts.tenancy.log import Log
from auditkit.facts.tenancy.log_rows import ANSWERED, PUBLIC, key_text
from auditkit.outcome import Missing, Severity


@each
def header_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the tenant that a request named, where that of its token is logged
    too.
    """
    return log.undeclared("header_tenant", "token_tenant") or (Column(str(log.declared.header_tenant)),)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def header_mismatch(log_rows: ir.Table, log: Log, header_tenant: Column) -> Offending:
    """Return whether a request was answered whose header named another tenant than its token."""
    header, token = (key_text(log_rows[c]) for c in (header_tenant.name, str(log.declared.token_tenant)))
    differs = (header.lower() != token.lower()).fill_null(False) & ~log_rows[PUBLIC]
    answered = differs & log_rows[ANSWERED]
    refused = log_rows.count(where=differs & ~log_rows[ANSWERED])
    detail = {"refused": refused, "pairs": (header + " " + token).nunique(where=answered)}
    return Offending(answered, detail, between=Between(token, header))

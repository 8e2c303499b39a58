"""One session is of two tenants, with no switch between.

A connection, a cache or a cookie was mixed up, and somebody went on in a stranger's session: this is how
users saw each other's payment data for nine hours in March 2023 (GDPR Art. 5(1)(f), 32, 33). Within five
minutes nobody logs in again; a request to switch, log in or sign on is no flip, and staff is left out.

Remedy: end the sessions that the finding's SQL selects; key every cache and pooled connection by session and
    tenant, and let a session
carry its tenant signed, so that a request with another one is refused. Assess the breach (Art. 33(3)).

>>> import auditkit, pandas as pd
>>> at = ["2026-01-01 08:00:00", "2026-01-01 08:01:00", "2026-01-01 08:00:00", "2026-01-01 09:30:00"]
>>> log = pd.DataFrame({"at": at, "session": ["a", "a", "b", "b"], "tenant_id": [1, 2, 1, 2]})
>>> told = "access_log: {table: log, at: at, session: session, tenant: tenant_id}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-session-flip"])
>>> [(f.table, f.columns, f.rows, f.detail["sessions"]) for f in audit.findings]
[('log', ('session',), 1, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check
from auditkit.facts.steps import BEFORE, FLIPS, NOW
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"))
def session_flip(steps: ir.Table) -> Offending:
    """Return whether a request is of another tenant than the one before it in its session."""
    detail = {"sessions": steps.auditkit_session.nunique(where=steps[FLIPS])}
    return Offending(steps[FLIPS], detail, between=Between(steps[NOW], steps[BEFORE]))

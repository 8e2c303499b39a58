"""The role that audits could change what it audits.

An audit needs to read. A role that may also write, create roles or do anything is a risk of its own, and its evidence is worth less
(GDPR Art. 5(1)(f), 32(1)(b)). The session itself is opened read-only.

Remedy: make a role for audits: `CREATE ROLE auditor LOGIN BYPASSRLS; GRANT pg_read_all_data TO auditor;` and nothing more.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-auditor-writes"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"))
def auditor_writes(sessions: ir.Table) -> ir.Table:
    """Return the servers on which the audit's role may write, or administer."""
    strong = sessions.filter(sessions.administers | (sessions.writable > 0))
    return strong.select("target", "administers", tables=strong.writable)

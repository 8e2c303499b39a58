"""The role that audits could change what it audits.

An audit needs to read. A role that may also write, create roles or do anything is a risk of its own, and its
evidence is worth less (GDPR Art. 5(1)(f), 32(1)(b)). The session itself is opened read-only. `administers`
says that it may do anything, copy the whole server (REPLICATION), or make roles, databases or schemas;
`tables` is how many it may change, if only in some columns, and `as_another_role` how many more by SET ROLE,
`schemas` in how many it may create. Where it may do no more than those two, it is medium: a probe of
row-level security needs to act as the application (`access-tenant-probe`).

Remedy: make a role for audits: `CREATE ROLE auditor LOGIN BYPASSRLS; GRANT pg_read_all_data TO auditor;` and
    nothing more.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-auditor-writes"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"))
def auditor_writes(sessions: ir.Table) -> ir.Table:
    """Return the servers on which the audit's role may write, create or administer, by itself or as another
    role.
    """
    strong = sessions.filter(
        sessions.administers | (sessions.writable + sessions.acting + sessions.creates > 0)
    )
    itself = strong.administers | (strong.writable > 0)
    return strong.select(
        "target",
        "administers",
        tables=strong.writable,
        as_another_role=strong.acting.nullif(0),
        schemas=strong.creates.nullif(0),
        severity=ibis.cases((itself, Severity.HIGH.value), else_=Severity.MEDIUM.value),
    )

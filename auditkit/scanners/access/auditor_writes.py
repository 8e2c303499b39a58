"""Audit role with write rights

## What it finds
Database servers on which the role of the audit may do more than read: change tables, create in schemas,
create roles or databases, copy the whole server, or do anything. Rights that it gains as another role (SET
ROLE) count.

## Why it matters
An audit needs to read only. A role that may also write is a risk of its own, and its evidence is worth less
(GDPR Art. 5(1)(f), 32(1)(b)).

## How to fix
Make a role for audits: `CREATE ROLE auditor LOGIN BYPASSRLS; GRANT pg_read_all_data TO auditor;`. Grant it
nothing more.

## Limits
The audit itself opens its session read-only. The finding is medium where the role may only create in schemas,
or write as another role: the probe of row-level security has to act as the application
(`access-tenant-probe`).

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-auditor-writes"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"),
    says=(
        "{administers:it may administer the server}; it may change {tables:table};"
        " it may change {as_another_role:more table|more tables} as another role;"
        " it may create in {schemas:schema}"
    ),
)
def auditor_writes(sessions: ir.Table) -> ir.Table:
    """Return the servers on which the role of the audit may write, create or administer.

    `tables` counts those that it may change, at least in some columns, and `as_another_role` those that it
    may change by SET ROLE. `schemas` counts those in which it may create.
    """
    strong = sessions.filter(
        sessions.administers | (sessions.writable + sessions.acting + sessions.creates > 0)
    )
    by_itself = strong.administers | (strong.writable > 0)
    return strong.select(
        "target",
        "administers",
        tables=strong.writable,
        as_another_role=strong.acting.nullif(0),
        schemas=strong.creates.nullif(0),
        severity=ibis.cases((by_itself, Severity.HIGH.value), else_=Severity.MEDIUM.value),
    )

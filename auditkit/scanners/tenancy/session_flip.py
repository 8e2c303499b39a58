"""Session changes its tenant without a login

## What it finds
Requests of one session that are about another tenant than the request before, at most five minutes earlier,
with no request to log in, sign on or switch the tenant between them.

## Why it matters
A connection, a cache or a cookie was mixed up, and somebody continued in the session of a stranger. In March
2023 users of a chat service saw payment data of other users for nine hours in this way. This breaks
confidentiality and is a personal data breach (GDPR Art. 5(1)(f), 32, 33).

## How to fix
End the sessions that the SQL of the finding selects. Key every cache and every pooled connection by session
and tenant. Let a session carry its tenant signed, so that the service refuses a request with another tenant.
Assess the breach (Art. 33(3)).

## Limits
Requests of staff are left out. Without a route in the log the check cannot see a switch of the tenant, and
takes each change for a fault.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({
...     "at": ["2026-01-01 08:00:00", "2026-01-01 08:01:00", "2026-01-01 08:00:00", "2026-01-01 09:30:00"],
...     "session": ["a", "a", "b", "b"],
...     "tenant_id": [1, 2, 1, 2],
... })
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, at: at, session: session, tenant: tenant_id}
... ''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}
>>> audit = auditkit.audit(source, policy, checks=["tenancy-session-flip"])
>>> [(f.table, f.columns, f.rows, f.detail["sessions"]) for f in audit.findings]
[('log', ('session',), 1, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
- CWE-488, exposure of a data element to the wrong session
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each, fact
from auditkit.dataset.clock import clock
from auditkit.facts.column import Column
from auditkit.facts.tenancy.access_log import Log
from auditkit.outcome import Missing, Severity
from auditkit.relations.key_text import key_text

SESSION, FLIPS = "auditkit_session", "auditkit_flips"
NOW, BEFORE = "auditkit_now", "auditkit_before"
MINUTES = 5
"""Longer than this between two requests, somebody may have logged in again."""
_SWITCH = (
    "switch selecttenant selectaccount selectorg selectworkspace login logout sso impersonat oauth callback"
).split()
"""What stands in the route of a request that may change the tenant of a session."""


@each
def session_key(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the session, where time and tenant are logged too."""
    return log.column("session", "tenant", "at")


@fact
def steps(log_rows: ir.Table, log: Log, session_key: Column) -> ir.Table:
    """The requests of sessions, each with its tenant and the tenant of the request before.

    `FLIPS` says that the two differ, that at most five minutes lie between them, and that neither request may
    have changed the tenant of the session.
    """
    declared = log.declared
    assert declared.at is not None and declared.tenant is not None  # a log without them has no session key
    rows = log_rows.mutate(
        **{SESSION: key_text(log_rows[session_key.name])}, auditkit_at=clock(log_rows[declared.at]).moment
    )
    rows = rows.mutate(
        **{NOW: key_text(rows[declared.tenant])}, auditkit_epoch=rows.auditkit_at.epoch_seconds()
    )
    rows = rows.filter(rows[SESSION].notnull() & rows[NOW].notnull() & rows.auditkit_epoch.notnull())
    within = ibis.window(group_by=[rows[SESSION]], order_by=[rows.auditkit_epoch, rows[NOW]])
    before, when = rows[NOW].lag().over(within), rows.auditkit_epoch.lag().over(within)
    flips = (before != rows[NOW]) & (rows.auditkit_epoch - when <= 60 * MINUTES)
    if declared.route is not None:
        switches = _switches(rows[declared.route])
        flips = flips & ~switches & ~switches.lag().over(within).fill_null(False)
    stepped = rows.mutate(**{FLIPS: flips.fill_null(False), BEFORE: before})
    return stepped.select(*log_rows.columns, FLIPS, NOW, BEFORE, SESSION)


def _switches(route: ir.Column) -> ir.BooleanValue:
    """Return whether a request to a route may change the tenant of its session."""
    plain = reduce(lambda left, mark: left.replace(mark, ""), "-_/.", route.cast("string").lower())
    return reduce(or_, [plain.contains(word) for word in _SWITCH]).fill_null(False)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says="in {sessions:session}",
)
def session_flip(steps: ir.Table) -> Offending:
    """Return whether a request is about another tenant than the one before it, without a switch between."""
    detail = {"sessions": steps[SESSION].nunique(where=steps[FLIPS])}
    return Offending(steps[FLIPS], detail, between=Between(steps[NOW], steps[BEFORE]))

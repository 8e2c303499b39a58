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

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each, fact
from auditkit.dataset.clock import clock
from auditkit.facts.column import Column
from auditkit.facts.tenancy.log import Log
from auditkit.facts.tenancy.log_rows import key_text
from auditkit.outcome import Missing, Severity


@each
def session_key(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the session, where time and tenant of each request are logged too."""
    return log.undeclared("session", "tenant", "at") or (Column(str(log.declared.session)),)


FLIPS, NOW, BEFORE = "auditkit_flips", "auditkit_now", "auditkit_before"
MINUTES = 5
"""Longer than this between two requests, somebody may have logged in again."""
_SWITCH = (
    "switch", "selecttenant", "selectaccount", "selectorg", "selectworkspace", "login", "logout", "sso",
    "impersonat", "oauth", "callback",
)  # fmt: skip


@fact
def steps(log_rows: ir.Table, log: Log, session_key: Column) -> ir.Table:
    """The requests of sessions, with whether each comes minutes after one of the same session for another
    tenant, without a switch.
    """
    declared = log.declared
    assert declared.at is not None and declared.tenant is not None  # a log without them has no session key
    rows = log_rows.mutate(
        auditkit_session=key_text(log_rows[session_key.name]), auditkit_at=clock(log_rows[declared.at]).moment
    )
    rows = rows.mutate(
        **{NOW: key_text(rows[declared.tenant])}, auditkit_epoch=rows.auditkit_at.epoch_seconds()
    )
    rows = rows.filter(
        rows.auditkit_session.notnull() & rows.auditkit_now.notnull() & rows.auditkit_epoch.notnull()
    )
    within = ibis.window(group_by=[rows.auditkit_session], order_by=[rows.auditkit_epoch, rows.auditkit_now])
    before, when = rows.auditkit_now.lag().over(within), rows.auditkit_epoch.lag().over(within)
    flips = (before != rows.auditkit_now) & (rows.auditkit_epoch - when <= 60 * MINUTES)
    if declared.route is not None:
        route = reduce(
            lambda left, mark: left.replace(mark, ""), "-_/.", rows[declared.route].cast("string").lower()
        )
        switched = reduce(or_, [route.contains(word) for word in _SWITCH]).fill_null(False)
        flips = flips & ~switched & ~switched.lag().over(within).fill_null(False)
    told = rows.mutate(**{FLIPS: flips.fill_null(False), BEFORE: before})
    return told.select(*log_rows.columns, FLIPS, NOW, BEFORE, "auditkit_session")


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def session_flip(steps: ir.Table) -> Offending:
    """Return whether a request is of another tenant than the one before it in its session."""
    detail = {"sessions": steps.auditkit_session.nunique(where=steps[FLIPS])}
    return Offending(steps[FLIPS], detail, between=Between(steps[NOW], steps[BEFORE]))

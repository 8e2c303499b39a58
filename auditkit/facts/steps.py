from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.log import Log
from auditkit.facts.log_rows import key_text
from auditkit.facts.personal_column import Column

FLIPS, NOW, BEFORE = "auditkit_flips", "auditkit_now", "auditkit_before"
MINUTES = 5
"""Longer than this between two requests, somebody may have logged in again."""
_SWITCH = (
    "switch", "selecttenant", "selectaccount", "selectorg", "selectworkspace", "login", "logout", "sso",
    "impersonat", "oauth", "callback",
)  # fmt: skip


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

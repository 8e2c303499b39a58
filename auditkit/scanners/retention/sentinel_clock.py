"""The clock of the retention rule holds a placeholder, or nothing that is a time.

1970-01-01 and 9999-12-31 are what programs write when they know no date; seconds taken for milliseconds land
in January 1970; a date in the future never falls due. None of these rows expires when it should (GDPR Art.
5(1)(d), 5(1)(e)).

Remedy: find the real date of the rows that the finding's SQL selects, and write NULL where there is none; let
    the column refuse
placeholders (`CHECK (closed_at BETWEEN '1990-01-01' AND CURRENT_DATE + 1)`).

>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"closed_at": ["2025-05-01", "9999-12-31", "1970-01-01", "soon", None]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Shop, tables: {orders: {retention: {start: closed_at, max: P3Y, basis: warranty}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-sentinel-clock"], as_of="2026-01-01")
>>> [(f.rows, f.detail["future"], f.detail["unix_epoch"], f.detail["unreadable"]) for f in audit.findings]
[(3, 1, 1, 1)]
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.retention.kept import START, UNREADABLE
from auditkit.outcome import Severity

FIRST = datetime(1970, 2, 1)  # noqa: DTZ001  every clock is UTC, without its zone; by then a day of 2025 in seconds reads, as milliseconds
ANCIENT = datetime(1900, 1, 1)  # noqa: DTZ001


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(d)", "GDPR 5(1)(e)"))
def sentinel_clock(own_kept: ir.Table, as_of: date) -> Offending:
    """Return whether a row's start is January 1970, before 1900, later than the day after the audit, or no
    time at all.
    """
    start = own_kept[START]
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001
    kinds = {
        "future": start > tomorrow,
        "unix_epoch": (start >= datetime(1969, 12, 31)) & (start < FIRST),  # noqa: DTZ001
        "ancient": start < ANCIENT,
        "unreadable": own_kept[UNREADABLE],
    }
    any_of = kinds["future"] | kinds["unix_epoch"] | kinds["ancient"] | kinds["unreadable"]
    counts = {name: own_kept.count(where=broken) for name, broken in kinds.items()}
    return Offending(any_of.fill_null(False) | own_kept[UNREADABLE], detail=counts)

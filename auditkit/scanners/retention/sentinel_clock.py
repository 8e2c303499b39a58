"""Start of a retention period is a placeholder or not a date

## What it finds
Rows whose retention period starts in January 1970, before 1900, in the future, or at something that cannot be
read as a time. Programs write such placeholders where they know no date. Seconds that were taken for
milliseconds also land in January 1970. Rows that the rule calls open (`open`) do not count: 9999-12-31 may be
how a table says that something has not ended.

## Why it matters
Personal data must be accurate, and may be kept only as long as its purpose needs (GDPR Art. 5(1)(d) and
5(1)(e)). None of these rows expires when it should, and a date in the future never falls due.

## How to fix
Find the real date of the rows that the SQL of the finding selects, and write NULL where nobody knows it. Let
the column refuse placeholders: `CHECK (<column> BETWEEN '1990-01-01' AND CURRENT_DATE + 1)`.

## Limits
A wrong date that looks like a real one is not found.

## Example
>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"closed_at": ["2025-05-01", "9999-12-31", "1970-01-01", "soon", None]})
>>> rule = "{start: closed_at, max: P3Y, basis: warranty}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> checks = ["retention-sentinel-clock"]
>>> audit = auditkit.audit({"orders": orders}, policy, checks=checks, as_of="2026-01-01")
>>> [(f.rows, f.detail["future"], f.detail["unix_epoch"], f.detail["unreadable"]) for f in audit.findings]
[(3, 1, 1, 1)]

## References
- GDPR Art. 5(1)(d), accuracy
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.retention.clocks import START, UNREADABLE
from auditkit.facts.retention.kept import OPEN
from auditkit.outcome import Severity

# every clock is UTC, without its zone
EPOCH, AFTER_EPOCH = datetime(1969, 12, 31), datetime(1970, 2, 1)  # noqa: DTZ001
"""Between these a start is 0, or a moment of our days in seconds that was read as milliseconds."""
ANCIENT = datetime(1900, 1, 1)  # noqa: DTZ001


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(e)"),
    says=(
        "{future:row} in the future; {unix_epoch:row} in January 1970; {ancient:row} before 1900;"
        " {unreadable:row} with something that is not a time"
    ),
)
def sentinel_clock(own_rows: ir.Table, as_of: date) -> Offending:
    """Return whether the start of a row is in January 1970, before 1900, in the future, or not a time."""
    start, unreadable = own_rows[START], own_rows[UNREADABLE]
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001
    marks = {
        "future": start > tomorrow,
        "unix_epoch": (start >= EPOCH) & (start < AFTER_EPOCH),
        "ancient": start < ANCIENT,
        "unreadable": unreadable,
    }
    kinds = {name: mark.fill_null(False) & ~own_rows[OPEN] for name, mark in marks.items()}
    counts = {name: own_rows.count(where=broken) for name, broken in kinds.items()}
    return Offending(reduce(or_, kinds.values()), detail=counts)

"""Rows kept past their retention period

## What it finds
Rows whose retention period has ended, and also the grace period for the job that erases them. Rows on legal
hold do not count. Rows that the policy calls open do not count either. Where a rule asks for a review
(`review_every`), these are the rows whose review is due. Where it is about one column, they are the rows
whose cell should be empty by now.

## Why it matters
Personal data may be kept only as long as its purpose needs (GDPR Art. 5(1)(e) and 25). Old data has no use
left, and every row of it can still leak.

## How to fix
Erase or anonymise the rows that the SQL of the finding selects, children first. Then repair the job that
should have erased them. Where the period is too short, declare a longer one together with its legal basis.

## Limits
The check trusts the column that the policy names as the start of the period. It sees this source only, not
its backups. Where a column holds the periods, rows whose period cannot be read are not overdue; the finding
says how many they are, and without any other finding the rule is not assessed.

## Example
>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"closed_at": pd.to_datetime(["2019-05-01", "2025-05-01"])})
>>> rule = "{start: closed_at, max: P3Y, basis: warranty}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-overdue"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["cut_off"]) for f in audit.findings]
[('orders', 1, 2, '2023-01-01')]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

from itertools import pairwise

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.retention.clocks import START, UNREADABLE
from auditkit.facts.retention.due import Due, shown
from auditkit.outcome import Severity

BANDS = {"to_1_1x": 1.1, "to_1_5x": 1.5, "to_3x": 3.0}
"""How many periods old the oldest row of a band may be; the rows of the last band, `over_3x`, are older."""


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 25"),
    says=(
        "the period started on or before {cut_off}; {overdue_to_1_1x:row} up to 10% past the period;"
        " {overdue_to_1_5x:row} up to 50% past it; {overdue_to_3x:row} up to 3 periods old;"
        " {overdue_over_3x:row} more than 3 periods old;"
        " {without_period:row} without a period that can be read"
    ),
)
def overdue(due: Due) -> Offending:
    """Return whether a row is past its period; the finding is the more severe, the older the oldest row is.

    Up to 1.1 periods is low, up to 1.5 medium, up to 3 high, and more is critical.
    """
    rows, live = due.rows, due.live
    broken = due.ended() & live
    older = [due.ended(times=periods) & live for periods in BANDS.values()]
    past = [_count(broken), *map(_count, older)]
    bands = {
        f"overdue_{band}": at_least - more
        for band, (at_least, more) in zip(BANDS, pairwise(past), strict=True)
    }
    without = {"without_period": _count(due.without_period)} if due.by_period else {}
    readable, unreadable = _count(rows[START].notnull()), _count(rows[UNREADABLE])
    unseen = _count(due.without_period & live) + ibis.cases((readable == 0, unreadable), else_=0)
    return Offending(
        broken,
        detail={"cut_off": shown(due.cut_offs), **bands, "overdue_over_3x": past[-1], **without},
        severity=ibis.cases((past[3] > 0, 3), (past[2] > 0, 2), (past[1] > 0, 1), else_=0),
        unseen=unseen,
        unseen_says="{unseen:row} without a period, or without any start, that can be read",
    )


def _count(holds: ir.BooleanValue) -> ir.IntegerScalar:
    """Return for how many rows a condition holds; DuckDB sums several times faster than it counts."""
    return holds.ifelse(1, 0).sum().fill_null(0)

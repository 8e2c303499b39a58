"""Rows left in the active table after their active period

## What it finds
Rows whose active period (`residence`) has ended, and which are still in the active table. Their retention
period goes on. Rows on legal hold, open rows, and rows that are overdue do not count.

## Why it matters
Between the end of a purpose and the erasure, only those who need the data for what is left, such as a claim
or an audit, may reach it. Data is archived, or its processing is restricted (GDPR Art. 18 and 25(2)).

## How to fix
Move the rows that the SQL of the finding selects to an archive with access rights of its own, or restrict who
may read them. Let a job do it.

## Limits
The check does not know who can read the active table.

## Example
>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"closed_at": pd.to_datetime(["2015-05-01", "2022-05-01", "2025-05-01"])})
>>> rule = "{start: closed_at, residence: P2Y, max: P10Y, basis: tax law}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-residence"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["cut_off"]) for f in audit.findings]
[('orders', 1, 3, '2024-01-01')]

## References
- GDPR Art. 18, restriction of processing
- GDPR Art. 25(2), data protection by default
- CNIL, guide on retention periods (active use, intermediate archive, final archive)
"""

from __future__ import annotations

from auditkit.check import Offending, check, fact
from auditkit.facts.retention.due import Due, shown
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Period


@fact
def active_period(rule: Rule) -> Period | Missing:
    """How long rows may be in the active table (`residence`)."""
    period: Period | None = rule.stated("residence")
    if period is None:
        reason = "the retention rule does not say when rows must leave the active table (`residence`)"
        return Missing(Cause.UNDECLARED, reason)
    return period


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 18", "GDPR 25(2)"),
    says="the period started on or before {cut_off}",
)
def residence(active_period: Period, due: Due) -> Offending:
    """Return whether a row is past its active period, but not yet overdue."""
    past = due.ended(active_period) & ~due.ended() & due.live
    return Offending(past, detail={"cut_off": shown(due.cut_offs_of(active_period))})

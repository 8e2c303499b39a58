"""Rows without a start of their retention period

## What it finds
Rows in which the column that starts the retention period is empty. Rows that the rule calls open (`open`) may
rightly have no start, and do not count.

## Why it matters
Personal data may be kept only as long as its purpose needs (GDPR Art. 5(1)(e)). A job that erases rows older
than its cut-off passes over every row without a date, for ever.

## How to fix
Fill in the date from what else is known about the row. Make the column NOT NULL for closed rows. Where the
start may rightly be empty, say so with `open` in the rule.

## Limits
The check does not count a start that is there but cannot be read as a time: `retention-sentinel-clock` does.

## Example
>>> import auditkit, pandas as pd
>>> closed_at = pd.to_datetime(["2025-05-01", None, None])
>>> orders = pd.DataFrame({"status": ["closed", "closed", "open"], "closed_at": closed_at})
>>> rule = "{start: closed_at, max: P3Y, open: status <> 'closed', basis: warranty}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-undated"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('orders', 1, 3)]

## References
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.facts.retention.clocks import START, UNREADABLE
from auditkit.facts.retention.kept import OPEN
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity


@fact
def kept_rows(kept: ir.Table, rule: Rule) -> ir.Table | Missing:
    """The rows of a rule that is about whole rows, and not about the cells of a column."""
    if rule.cell is not None:
        reason = f"the start of the period of {rule.cell} is judged with the rows of {rule.table}"
        return Missing(Cause.NOT_APPLICABLE, reason)
    return kept


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)",))
def undated(kept_rows: ir.Table) -> ir.BooleanValue:
    """Return whether a row has no start although it is not open."""
    return kept_rows[START].isnull() & ~kept_rows[UNREADABLE] & ~kept_rows[OPEN]

r"""The clock of the retention rule is null: these rows never expire.

A job that erases what is older than its cut-off passes over every row without a date, for ever (GDPR Art.
5(1)(e)). Rows that are still open by the rule's own condition are rightly without one.

Remedy: fill the date from what else is known of the row, and make the column NOT NULL for rows that are
    closed; or declare with `open`
when the clock may rightly be empty.

>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"status": ["closed", "closed", "open"], "closed_at": pd.to_datetime(["2025-05-01", None, None])})
>>> rule = "{start: closed_at, max: P3Y, open: status <> 'closed', basis: warranty}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-undated"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('orders', 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.facts.retention.kept import OPEN, START, UNREADABLE
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)",))
def undated(kept: ir.Table) -> ir.BooleanValue:
    """Return whether a row has no start although it is not open; one that is there and unreadable is another
    finding.
    """
    return kept[START].isnull() & ~kept[UNREADABLE] & ~kept[OPEN]

"""Retention period starts anew with every bulk write

## What it finds
Retention rules whose start is a column that programs write in bulk, such as `updated_at`. The data shows it:
more than 5% of the rows start in one and the same second. The finding says how many rows would be overdue by
each other column of moments in the table.

## Why it matters
Such a column says when a migration, an import or a counter ran, not when a purpose ended. Each run starts the
period of every row anew, and nothing is ever erased (GDPR Art. 5(1)(e) and 25(1)).

## How to fix
Let the rule start from the event that ends the purpose, such as `closed_at` or `last_seen_at`. Fill in what
is missing in that column before you change the rule.

## Limits
The check needs at least 200 rows with a start. It does not look at dates without a time of day, because many
rows share a date rightly.

## Example
>>> import auditkit, pandas as pd
>>> days = [f"2025-{m:02d}-{d:02d} 09:30:00" for m in (1, 2) for d in range(1, 26)]
>>> updated = pd.to_datetime(["2025-11-03 04:00:07"] * 150 + days)
>>> created = pd.to_datetime(["2019-05-01 10:00:00"] * 120 + ["2025-05-01 11:00:00"] * 80)
>>> orders = pd.DataFrame({"created_at": created, "updated_at": updated})
>>> rule = "{start: updated_at, max: P3Y, basis: claims}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> checks = ["retention-unreliable-clock"]
>>> audit = auditkit.audit({"orders": orders}, policy, checks=checks, as_of="2026-01-01")
>>> [(f.rows, f.of, f.detail["overdue_by_created_at"]) for f in audit.findings]
[(150, 200, 120)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 25(1), data protection by design
"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.clocks import START
from auditkit.facts.retention.kept import HELD, OPEN, in_bulk, second_of
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations.moments import moment_columns


@fact
def clocks(relation: Examined) -> tuple[str, ...] | Missing:
    """The columns of the table that hold moments, without dates of birth."""
    found = moment_columns(relation.table) if relation.table is not None else ()
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of moments")


@check(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 25(1)"),
    says="{seconds:second} with a bulk write; {overdue_by_*:row} would be overdue by {}",
)
def unreliable_clock(starts_by_second: ir.Table, clocks: tuple[str, ...], cut_off: datetime) -> Offending:
    """Return whether a row starts in a second in which a program wrote many rows."""
    rows = starts_by_second
    broken, due = in_bulk(rows), ~rows[HELD] & ~rows[OPEN]
    effects = {f"overdue_by_{c}": rows.count(where=due & (clock(rows[c]).moment <= cut_off)) for c in clocks}
    return Offending(broken, detail={"seconds": second_of(rows[START]).nunique(where=broken), **effects})

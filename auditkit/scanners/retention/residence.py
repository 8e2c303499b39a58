"""Rows are past their active period, and still in the active table.

Between the day on which a purpose is served and the day on which the data must be erased, only those who need
it for what is left (a claim, an audit) may reach it: it is archived, or its processing is restricted (GDPR
Art. 18, 25(2)).

Remedy: move the rows that the finding's SQL selects to an archive of its own rights, or restrict who may read
    them; let a job do it.

>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"id": [1, 2, 3], "closed_at": pd.to_datetime(["2015-05-01", "2022-05-01", "2025-05-01"])})
>>> rule = "{start: closed_at, residence: P2Y, max: P10Y, basis: tax law}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-residence"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["cut_off"]) for f in audit.findings]
[('orders', 1, 3, '2024-01-01')]
"""

from __future__ import annotations

from datetime import date, datetime

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.retention.kept import HELD, OPEN, START
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy.period import latest_start


@fact
def residence_end(rule: Rule, as_of: date) -> datetime | Missing:
    """The latest start whose active period (`residence`) and grace are over: such a row may no longer be in
    the active table.
    """
    period = rule.declared.residence or rule.clock.residence
    if period is None:
        return Missing(
            Cause.UNDECLARED,
            "the retention rule does not say when rows must leave the active table (`residence`)",
        )
    return latest_start(period=period, grace=rule.clock.grace, as_of=as_of, calendar=rule.clock.calendar)


@check(severity=Severity.MEDIUM, articles=("GDPR 18", "GDPR 25(2)"))
def residence(kept: ir.Table, residence_end: datetime, cut_off: datetime) -> Offending:
    """Return whether a row is past its active period; one that is overdue is another finding."""
    past = (kept[START] <= residence_end) & (kept[START] > cut_off) & ~kept[HELD] & ~kept[OPEN]
    return Offending(past, detail={"cut_off": residence_end.date().isoformat()})

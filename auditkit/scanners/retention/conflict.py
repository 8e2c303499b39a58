"""Two retention rules contradict each other about the same rows.

Data has one period, which people are told (GDPR Art. 13(2)(a)). Where two rules are about one row, one of
them is broken on every day between the two ends; where a row is to be kept longer than the one it belongs to,
it is erased too early or orphaned. (A rule whose minimum is longer than its maximum is refused when the
policy is loaded.)

Remedy: narrow one of the rules with `where`, or say with `priority` which of them counts; give what belongs
    to a row the period of that
row (`via`), or keep that row as long.

>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"id": [1, 2, 3], "country": ["DE", "DE", "FR"], "closed_at": pd.to_datetime(["2025-05-01"] * 3)})
>>> rules = "[{start: closed_at, max: P3Y, basis: warranty}, {start: closed_at, max: P10Y, where: country = 'DE', basis: tax law}]"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rules}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-conflict"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["period"], f.detail["other_period"]) for f in audit.findings]
[('orders', 2, 3, 'P3Y from closed_at', 'P10Y from closed_at')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 13(2)(a)"))
def conflict(contradictions: ir.Table) -> ir.Table:
    """Return every two rules that do not agree."""
    return contradictions

"""The clock of the retention rule is touched by maintenance, so that rows never grow old.

A column that a migration, an import or a counter writes (`updated_at` above all) says when a program ran, not
when anything ended. Each such run sets the period of every row back to its beginning, and nothing is ever
erased (GDPR Art. 5(1)(e), 25(1)). It shows in the
data: more than a twentieth of all rows start in one and the same second. Dates without a time of day are not
    looked at.

Remedy: let the rule start from the event that ends the purpose (`closed_at`, `last_seen_at`). The finding
    shows how many rows would be
overdue by each other column of moments in the table; write what is missing from it before you change the
rule.

>>> import auditkit, pandas as pd
>>> touched = pd.to_datetime(["2025-11-03 04:00:07"] * 150 + [f"2025-{m:02d}-{d:02d} 09:30:00" for m in (1, 2) for d in range(1, 26)])
>>> created = pd.to_datetime(["2019-05-01 10:00:00"] * 120 + ["2025-05-01 11:00:00"] * 80)
>>> orders = pd.DataFrame({"created_at": created, "updated_at": touched})
>>> policy = auditkit.Policy.parse("{version: 1, name: Shop, tables: {orders: {retention: {start: updated_at, max: P3Y, basis: claims}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-unreliable-clock"], as_of="2026-01-01")
>>> [(f.rows, f.of, f.detail["overdue_by_updated_at"], f.detail["overdue_by_created_at"]) for f in audit.findings]
[(150, 200, 0, 120)]
"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.kept import HELD, OPEN, START
from auditkit.facts.retention.touched import in_one_go, second_of
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations.moments import moments_of


@fact
def clocks(relation: Examined) -> tuple[str, ...] | Missing:
    """The columns of the table that hold moments; a date of birth is none that anything runs from."""
    found = moments_of(relation.table) if relation.table is not None else ()
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of moments")


@check(severity=Severity.HIGH, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 25(1)"))
def unreliable_clock(touched: ir.Table, clocks: tuple[str, ...], cut_off: datetime) -> Offending:
    """Return whether a row starts in a second in which a program touched many; the detail is what each clock
    would make overdue.
    """
    broken, due = in_one_go(touched), ~touched[HELD] & ~touched[OPEN]
    effects = {
        f"overdue_by_{c}": touched.count(where=due & (clock(touched[c]).moment <= cut_off)) for c in clocks
    }
    return Offending(broken, detail={"seconds": second_of(touched[START]).nunique(where=broken), **effects})

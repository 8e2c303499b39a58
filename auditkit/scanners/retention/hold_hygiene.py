"""Legal holds that nobody looks after: without a review, without a date, on nobody, or ended and still
blocking.

A hold suspends erasure for as long as a claim is pending, and no longer (GDPR Art. 17(3)(e)). A hold that
nobody reviews becomes a way to keep data for ever; one that was released and still marks rows keeps them from
the job that should erase them (Art. 12(3)).

Remedy: review each standing hold at the interval the policy names, with its matter and its end; when a hold
    is released, take its mark
from the rows in the same transaction, and let the erasure that it suspended go on.

>>> import auditkit, pandas as pd
>>> at = lambda *days: pd.to_datetime(list(days))
>>> holds = pd.DataFrame({"user_id": [1, 2], "placed_at": at("2021-01-01", "2025-09-01"), "released_at": at(None, None)})
>>> users = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
>>> told = "holds: {table: holds, subject: user_id, placed: placed_at, released: released_at, review_every: P1Y}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, {told}}}")
>>> audit = auditkit.audit({"users": users, "holds": holds}, policy, checks=["retention-hold-hygiene"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["unreviewed"]) for f in audit.findings]
[('holds', 1, 2, 1)]
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.holds import DEFECTS
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 17(3)(e)", "GDPR 12(3)"))
def hold_hygiene(holds: ir.Table) -> Offending:
    """Return whether a hold, or a row that one keeps, has a defect."""
    defects = {d: holds[f"auditkit_{d}"] for d in DEFECTS}
    return Offending(
        reduce(or_, defects.values()), detail={d: holds.count(where=broken) for d, broken in defects.items()}
    )

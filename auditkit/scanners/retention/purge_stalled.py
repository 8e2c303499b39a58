"""The purge does not run: rows go on past the end of their period as if nothing had happened.

Where a job erases what is past its period, the ages of rows end like a cliff. Where it has never run, or
fails without a word, they go
on: a broken job and a job with nothing to do look alike from outside, but not in the data (GDPR Art. 5(2),
    32(1)(d)). The finding's value
is how many rows stand just beyond the period and its grace, as a share of those that would stand there
without any purge.

Remedy: look at the last runs of the job that erases, and at how many rows it erased; let it fail loudly (exit
    code, alarm) and record
each run with its count. Then let it catch up, and see that the finding is gone.

>>> import auditkit, pandas as pd
>>> ends = pd.date_range("2015-01-01", "2025-12-31", freq="8h")
>>> orders = pd.DataFrame({"id": range(len(ends)), "closed_at": ends})
>>> policy = auditkit.Policy.parse("{version: 1, name: Shop, tables: {orders: {retention: {start: closed_at, max: P3Y, basis: warranty}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-purge-stalled"], as_of="2026-01-01")
>>> [(f.table, f.detail["value"], f.detail["limit"]) for f in audit.findings]
[('orders', 1, 0.2)]
"""

from __future__ import annotations

from auditkit.check import Measure, Offending, check
from auditkit.facts.cliff import Cliff
from auditkit.outcome import Severity

LIMIT = 0.2


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def purge_stalled(cliff: Cliff) -> Offending:
    """Return whether more than a fifth of what there would be without a purge stands just beyond the
    cut-off.
    """
    detail = {"rows_beyond": cliff.beyond, "rows_inside": cliff.inside, "days": cliff.days}
    return Offending(Measure(cliff.share, LIMIT, cliff.share > LIMIT), detail=detail)

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

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.retention.kept import HELD, OPEN, START
from auditkit.facts.retention.rule import Rule
from auditkit.facts.retention.touched import in_one_go
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy.period import Period, latest_start

FEW = 100
_SHORTEST, _LONGEST, _PART = 30.0, 92.0, 12
_GROWTH = 3
"""By how much more or fewer rows may have begun in one window than in the next before that is no growth any
more.
"""


@dataclass(frozen=True)
class Cliff:
    """How many rows stand just beyond the end of their period and grace, as a share of those that would
    without any purge.

    `share` is near 0 where a purge runs and near 1 where none does; `days` is how wide the windows are on
    both sides.
    """

    share: ir.NumericScalar
    beyond: ir.IntegerScalar
    inside: ir.IntegerScalar
    days: int


@fact
def cliff(dataset: Dataset, touched: ir.Table, rule: Rule, cut_off: datetime, as_of: date) -> Cliff | Missing:
    """How sharply the rows of a retention rule end at its cut-off.

    Those that began within a twelfth of the period (30 to 92 days) before the cut-off are compared with as
    many days after the latest start whose period is over; the grace between the two is left out, for a purge
    may run on its first day or its last. What is expected follows the growth from one such window to the
    next. Rows that a program touched all at once are no history and do not count, nor do those that are held
    or open. Hours with a row are counted, too, and the smaller share is taken: rows that came in by one
    import, or the few that a purge leaves, are no stalled purge.
    """
    assert rule.clock.max is not None  # a rule without a period says why it is missing
    lasts = rule.clock.max.average_days
    days = timedelta(days=round(min(max(lasts / _PART, _SHORTEST), _LONGEST)))
    inner = min(days, timedelta(days=max(1, round(lasts))))
    ended = latest_start(period=rule.clock.max, grace=Period(), as_of=as_of, calendar=rule.clock.calendar)
    start, live = touched[START], ~touched[HELD] & ~touched[OPEN] & ~in_one_go(touched)

    def within(low: datetime, high: datetime) -> ir.BooleanValue:
        return live & (start > low) & (start <= high)

    beyond, inside, before = (
        within(low, high)
        for low, high in (
            (cut_off - days, cut_off),
            (ended, ended + inner),
            (ended + inner, ended + 2 * inner),
        )
    )
    grows = 2 * inner.days <= lasts
    rows = [touched.count(where=w) for w in (beyond, inside, before)]
    hour = start.strftime("%Y-%m-%d %H")
    hours = [hour.nunique(where=w) for w in (beyond, inside, before)]
    counted = dataset.fetch(touched.aggregate(n=rows[0] + rows[1]))[0]
    if int(counted["n"] or 0) < FEW:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"fewer than {FEW} rows began around the cut-off: too few to tell whether a purge runs",
        )
    share = ibis.least(*(_share(*counts, grows=grows, wider=days / inner) for counts in (rows, hours)))
    return Cliff(share, rows[0], rows[1], days.days)


def _share(
    beyond: ir.IntegerScalar, inside: ir.IntegerScalar, before: ir.IntegerScalar, *, grows: bool, wider: float
) -> ir.NumericScalar:
    """Return what is there beyond the cut-off, over what would be if the numbers had gone on as they went
    within.
    """
    there = inside.cast("float64")
    expected = there * there / ibis.greatest(before, 1) if grows else there
    bounded = ibis.greatest(ibis.least(expected, there * _GROWTH), there / _GROWTH, ibis.literal(1.0))
    return beyond.cast("float64") / (bounded * wider)


LIMIT = 0.2


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def purge_stalled(cliff: Cliff) -> Offending:
    """Return whether more than a fifth of what there would be without a purge stands just beyond the
    cut-off.
    """
    detail = {"rows_beyond": cliff.beyond, "rows_inside": cliff.inside, "days": cliff.days}
    return Offending(Measure(cliff.share, LIMIT, cliff.share > LIMIT), detail=detail)

"""Purge job that does not run

## What it finds
Retention rules under which rows go on past the end of their period as if nothing had happened. Where a job
erases overdue rows, their ages end at the cut-off like a cliff. The value of the finding is the number of
rows just past the cut-off, as a share of those that would stand there without any purge. More than 20% is a
finding.

## Why it matters
The controller must be able to show that the purge works, and must test its measures (GDPR Art. 5(2) and
32(1)(d)). From outside, a broken job looks like a job with nothing to do. In the data it does not.

## How to fix
Look at the last runs of the job, and at how many rows each of them erased. Let the job fail loudly, with an
exit code and an alarm, and record each run with its count. Then let it catch up.

## Limits
The check needs at least 100 rows around the cut-off. It does not count rows on legal hold, open rows, and
rows that a program wrote in bulk.

## Example
>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"closed_at": pd.date_range("2015-01-01", "2025-12-31", freq="8h")})
>>> rule = "{start: closed_at, max: P3Y, basis: warranty}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rule}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-purge-stalled"], as_of="2026-01-01")
>>> [(f.table, f.detail["value"], f.detail["limit"]) for f in audit.findings]
[('orders', 1, 0.2)]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 32(1)(d), regular testing of measures
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.retention.clocks import START
from auditkit.facts.retention.due import Due
from auditkit.facts.retention.kept import HELD, OPEN, in_bulk
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy.period import Period, latest_start

LIMIT = 0.2
FEWEST_ROWS = 100
_PART, _SHORTEST, _LONGEST = 12, 30.0, 92.0
"""A window is this part of the period, between the shortest and the longest number of days."""
_GROWTH = 3
"""Between two windows the number of rows may grow or shrink by this factor; more is not taken for growth."""


@dataclass(frozen=True)
class Cliff:
    """How sharply the rows of a rule end at the cut-off.

    Attributes:
        share: the rows past the cut-off, as a share of those that would be there without a purge. It is near
            0 where a purge runs, and near 1 where none does.
        beyond: the rows in the window past the cut-off.
        inside: the rows in the window before the end of the period.
        days: how wide the window past the cut-off is.
    """

    share: ir.NumericScalar
    beyond: ir.IntegerScalar
    inside: ir.IntegerScalar
    days: int


@fact
def cliff(
    dataset: Dataset, starts_by_second: ir.Table, due: Due, rule: Rule, cut_off: datetime, as_of: date
) -> Cliff | Missing:
    """How sharply the rows of a retention rule end at its cut-off.

    A window past the cut-off is compared with two windows of rows whose period is about to end; the growth
    from one of those to the other says how many rows to expect. The grace between them is left out, for a
    purge may run on its first day or on its last. Rows on hold, open rows and bulk writes do not count. Hours
    with a row are compared as well, and the smaller share is taken: one import, or the few rows that a purge
    leaves, are not a stalled purge.
    """
    assert isinstance(rule.period, Period)  # a rule with several cut-offs has no one cliff
    if not rule.period.average_days:
        return Missing(Cause.NOT_APPLICABLE, "the rows of the rule are overdue as soon as they start")
    lasts = rule.period.average_days
    days = timedelta(days=round(min(max(lasts / _PART, _SHORTEST), _LONGEST)))
    inner = min(days, timedelta(days=max(1, round(lasts))))
    ended = latest_start(period=rule.period, as_of=as_of, calendar=rule.stated("calendar"))
    rows = starts_by_second
    start, live = rows[START], ~rows[HELD] & ~rows[OPEN] & ~in_bulk(rows)
    spans = (
        (cut_off - days, cut_off),
        (ended, ended + inner),
        (ended + inner, ended + 2 * inner),
    )
    windows = [live & (start > low) & (start <= high) for low, high in spans]
    counts = [rows.count(where=window) for window in windows]
    hour = start.strftime("%Y-%m-%d %H")
    hours = [hour.nunique(where=window) for window in windows]
    around = dataset.fetch(rows.aggregate(n=counts[0] + counts[1]))[0]
    if int(around["n"] or 0) < FEWEST_ROWS:
        reason = (
            f"fewer than {FEWEST_ROWS} rows start around the cut-off: too few to see whether a purge runs"
        )
        return Missing(Cause.NOT_APPLICABLE, reason)
    grows = 2 * inner.days <= lasts
    share = ibis.least(*(_share(*found, grows=grows, wider=days / inner) for found in (counts, hours)))
    return Cliff(share, counts[0], counts[1], days.days)


def _share(
    beyond: ir.IntegerScalar, inside: ir.IntegerScalar, before: ir.IntegerScalar, *, grows: bool, wider: float
) -> ir.NumericScalar:
    """Return what is past the cut-off, as a share of what would be there if the numbers had gone on."""
    there = inside.cast("float64")
    expected = there * there / ibis.greatest(before, 1) if grows else there
    bounded = ibis.greatest(ibis.least(expected, there * _GROWTH), there / _GROWTH, ibis.literal(1.0))
    return beyond.cast("float64") / (bounded * wider)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(2)", "GDPR 32(1)(d)"),
    says=(
        "{value:.0%} of the rows expected without a purge are there; limit {limit:.0%};"
        " {rows_beyond:row} in the {days:day} past the cut-off;"
        " {rows_inside:row} near the end of the period"
    ),
)
def purge_stalled(cliff: Cliff) -> Offending:
    """Return whether more than a fifth of the rows expected without a purge stand just past the cut-off."""
    detail = {"rows_beyond": cliff.beyond, "rows_inside": cliff.inside, "days": cliff.days}
    return Offending(Measure(cliff.share, LIMIT, cliff.share > LIMIT), detail=detail)

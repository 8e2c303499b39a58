"""Personal column no longer collected, but still kept

## What it finds
Columns of personal data that no row written within a year fills, although older rows do. By the share of the
older rows at least ten of the newer ones would fill it.

## Why it matters
The form or the feature is gone, and with it the purpose. The old answers are still kept (GDPR Art. 5(1)(c)
and (e)).

## How to fix
Drop the column, or clear it in the old rows. Or declare it with the purpose that still needs the old values,
and with their own retention period.

## Limits
The age of a row is the latest of the moments that say when it was created or changed. An unrelated change
makes an old row new. So the confidence is medium.

## Example
>>> import auditkit, pandas as pd
>>> day = pd.Timestamp("2026-01-01")
>>> created = [day - pd.Timedelta(days=2 * n) for n in range(800)]
>>> users = pd.DataFrame({"id": range(800), "created_at": created})
>>> users["phone"] = [None if n < 300 else "+44 20 7946 0018" for n in range(800)]
>>> audit = auditkit.audit({"users": users}, checks=["minimisation-stale-collection"], as_of="2026-01-01")
>>> (finding,) = audit.findings
>>> finding.table, finding.columns
('users', ('phone',))
>>> [finding.detail[name] for name in ("value", "filled", "newer_rows")]
[600, 500, 183]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import reduce

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.column import Column, is_filled
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy.period import Period, latest_start
from auditkit.relations.moments import CREATION_NAMES, moment_columns, unix_seconds
from auditkit.relations.names import words

YEAR, EXPECTED = Period(years=1), 10
WRITTEN = "auditkit_written"
_DAY = 86_400
_WRITTEN = re.compile(
    r"^(?:last_)?(?:created|inserted|added|registered|recorded|captured|submitted|imported|updated|modified|changed|edited)"
    r"(?:_(?:at|on|date|time))?$"
)


@fact
def dated_rows(relation: Examined) -> ir.Table | Missing:
    """The rows with when each was last written, by the latest of the moments that say so.

    The moment stands in a column of its own, as Unix time: the statement names it many times.
    """
    rows = relation.table
    assert rows is not None  # a relation without a table says why it is missing
    named = [c for c in moment_columns(rows) if words(c) in CREATION_NAMES or _WRITTEN.search(words(c))]
    if not named:
        return Missing(Cause.NOT_APPLICABLE, f"no column of {relation.name} says when a row was written")
    moments = {f"auditkit_at_{i}": unix_seconds(clock(rows[c]).moment) for i, c in enumerate(named)}
    dated = rows.mutate(**moments)
    latest = reduce(
        lambda a, b: ibis.greatest(a.fill_null(b), b.fill_null(a)), map(dated.__getitem__, moments)
    )
    return dated.mutate(**{WRITTEN: latest}).drop(*moments)


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 5(1)(e)"),
    says=(
        "last written {value:day} ago; limit {limit:day}; {filled:older row has|older rows have} a value;"
        " {newer_rows:newer row has|newer rows have} none"
    ),
)
def stale_collection(dated_rows: ir.Table, personal_column: Column, as_of: date) -> Offending:
    """Return how many days ago a cell of the column was last written.

    More than a year is too long while newer rows are written.
    """
    rows, written = dated_rows, dated_rows[WRITTEN]
    filled = is_filled(rows[personal_column.name])
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    now, limit = int(midnight.timestamp()), latest_start(period=YEAR, as_of=as_of).replace(tzinfo=UTC)
    old = (written <= int(limit.timestamp())).fill_null(False)
    new = ~old & (written <= int((midnight + timedelta(days=1)).timestamp())).fill_null(False)
    before, newer = rows.count(where=old & filled), rows.count(where=new)
    expected = before / rows.count(where=old).nullif(0) * newer
    stale = (rows.count(where=new & filled) == 0) & (expected >= EXPECTED).fill_null(False)
    days = ((ibis.literal(now) - written.max(where=filled & (old | new))) / _DAY).floor()
    return Offending(Measure(days, 365, stale), detail={"filled": before, "newer_rows": newer})

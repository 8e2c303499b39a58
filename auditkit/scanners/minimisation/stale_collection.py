"""A column of personal data is no longer filled, and what was collected before is still there.

The form or the feature is gone, and with it the purpose; the old answers stay, for nobody (GDPR Art. 5(1)(c)
and (e)). A column is found when no row written within a year has it, though at the share of older rows at
least ten of them would. A row counts by the latest of the moments that say when it came to be and was
changed. `value` is how many days ago the last cell was written, `filled` how many there are.

Remedy: drop the column, or clear it in the old rows; or declare it with the purpose that still needs the old
    values and a period of their
own.

>>> import auditkit, pandas as pd
>>> day = pd.Timestamp("2026-01-01")
>>> users = pd.DataFrame({"id": range(800), "created_at": [day - pd.Timedelta(days=2 * n) for n in range(800)]})
>>> users["phone"] = [None if n < 300 else "+44 20 7946 0018" for n in range(800)]
>>> audit = auditkit.audit({"users": users}, checks=["minimisation-stale-collection"], as_of="2026-01-01")
>>> [(f.table, f.columns, f.detail["value"], f.detail["filled"], f.detail["newer_rows"]) for f in audit.findings]
[('users', ('phone',), 600, 500, 183)]
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import reduce

import ibis
import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy.period import Period, latest_start
from auditkit.relations.moments import FIRST, moments_of, seconds_of
from auditkit.relations.names import words

_WRITTEN = re.compile(
    r"^(?:last_)?(?:created|inserted|added|registered|recorded|captured|submitted|imported|updated|modified|changed|edited)"
    r"(?:_(?:at|on|date|time))?$"
)


@fact
def written(relation: Examined) -> ir.IntegerValue | Missing:
    """When a row was last written, as Unix time, by the latest of the moments that say when it came to be and
    was changed.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    rows = relation.table
    named = [c for c in moments_of(rows) if words(c) in FIRST or _WRITTEN.search(words(c))]
    if not named:
        return Missing(Cause.NOT_APPLICABLE, f"no moment in {relation.name} says when a row was written")
    seconds = [seconds_of(clock(rows[c]).moment) for c in named]
    return reduce(lambda a, b: ibis.greatest(a.fill_null(b), b.fill_null(a)), seconds)


YEAR, DAY, EXPECTED = Period(years=1), 86_400, 10


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 5(1)(e)"))
def stale_collection(
    rows: ir.Table, personal_column: Column, written: ir.IntegerValue, as_of: date
) -> Offending:
    """Return how many days ago a cell of the column was last written; more than a year is too long while rows
    go on being written.
    """
    cell = rows[personal_column.name]
    filled = cell.notnull() & (cell.strip() != "") if cell.type().is_string() else cell.notnull()
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    now, limit = int(midnight.timestamp()), latest_start(period=YEAR, as_of=as_of).replace(tzinfo=UTC)
    old = (written <= int(limit.timestamp())).fill_null(False)
    new = ~old & (written <= int((midnight + timedelta(days=1)).timestamp())).fill_null(False)
    before, newer = rows.count(where=old & filled), rows.count(where=new)
    expected = before / rows.count(where=old).nullif(0) * newer
    stale = (rows.count(where=new & filled) == 0) & (expected >= EXPECTED).fill_null(False)
    days = ((ibis.literal(now) - written.max(where=filled & (old | new))) / DAY).floor()
    return Offending(Measure(days, 365, stale), detail={"filled": before, "newer_rows": newer})

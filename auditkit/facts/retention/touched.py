from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset.identity import backend_of
from auditkit.facts.retention.kept import START

SAME_SECOND, STARTED = "auditkit_same_second", "auditkit_started"
SHARE, FEW = 0.05, 200


@fact
def touched(own_kept: ir.Table) -> ir.Table:
    """The rows of a retention rule with a clock of its own, with how many of them start in the same second,
    and how many start at all.
    """
    start = own_kept[START]
    same = ibis.window(group_by=[second_of(start)])
    # a window over all rows would bring them to one place on Spark
    return own_kept.mutate(**{SAME_SECOND: start.count().over(same), STARTED: start.count().as_scalar()})


def second_of(start: ir.TimestampValue) -> ir.TimestampValue:
    """Return a start without the fraction of its second; on SQLite clocks are read without it."""
    return start if backend_of(start).name == "sqlite" else start.truncate("s")


def in_one_go(rows: ir.Table) -> ir.BooleanValue:
    """Return whether a row starts in a second in which more than 5 % of at least 200 rows do: no people did
    that, a program did.

    A start at midnight is a date without a time of day, which many rows rightly share.
    """
    start = rows[START]
    timed = (start.hour() + start.minute() + start.second()) > 0
    return ((rows[STARTED] >= FEW) & (rows[SAME_SECOND] > rows[STARTED] * SHARE) & timed).fill_null(False)

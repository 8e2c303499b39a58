from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.log import Log
from auditkit.facts.log_rows import ANSWERED, key_text
from auditkit.facts.personal_column import Column

RUN, REQUESTS, SERVED = "auditkit_run", "auditkit_requests", "auditkit_served"


def runs(log_rows: ir.Table, log: Log, number_column: Column) -> ir.Table:
    """How callers go through numbers: one row for each caller, route and hour, with the longest run of
    consecutive numbers asked for.

    Beside it stand the requests, and how many of them were answered.
    """
    declared = log.declared
    assert declared.at is not None and declared.user is not None  # a log without them has no number column
    number = log_rows[number_column.name]
    if number.type().is_string():
        text = number.strip()
        rest = reduce(
            lambda left, digit: left.replace(str(digit), ""), range(10), text
        )  # SQLite has no regular expressions of its own
        number = ibis.cases(((rest == "") & text.length().between(1, 15), text), else_=ibis.null("string"))
    route = log_rows[declared.route].cast("string") if declared.route else ibis.literal("")
    rows = log_rows.select(
        auditkit_caller=key_text(log_rows[declared.user]),
        auditkit_route=route,
        auditkit_hour=(clock(log_rows[declared.at]).moment.epoch_seconds() / 3600).floor().cast("int64"),
        auditkit_number=number.cast("int64"),
        auditkit_answered=log_rows[ANSWERED],
    )
    rows = rows.filter(
        rows.auditkit_caller.notnull() & rows.auditkit_hour.notnull() & rows.auditkit_number.notnull()
    )
    place = ["auditkit_caller", "auditkit_route", "auditkit_hour"]
    asked = rows.group_by([*place, "auditkit_number"]).aggregate(
        n=rows.count(), served=rows.count(where=rows.auditkit_answered)
    )
    within = ibis.window(group_by=[asked[c] for c in place], order_by=[asked.auditkit_number])
    ranked = asked.mutate(auditkit_island=asked.auditkit_number - asked.auditkit_number.rank().over(within))
    islands = ranked.group_by([*place, "auditkit_island"]).aggregate(
        length=ranked.count(), n=ranked.n.sum(), served=ranked.served.sum()
    )
    return islands.group_by(place).aggregate(
        **{RUN: islands.length.max(), REQUESTS: islands.n.sum(), SERVED: islands.served.sum()}
    )

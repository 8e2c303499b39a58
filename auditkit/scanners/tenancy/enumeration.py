"""One caller goes through consecutive numbers.

Somebody asks for object 1, 2, 3 and so on, within an hour: a script that tries what it can reach, of its own
tenant or of others (OWASP WSTG-APIT-02, CWE-639; GDPR Art. 32). A run must be of twenty numbers and far above
what is usual in this log; staff is left out.

Remedy: look at what was answered in the hours that the finding's SQL selects; limit requests by caller,
    answer 404 for what is another
tenant's, raise an alarm at the third, and use random keys in addresses.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"at": ["2026-01-01 08:00:00"] * 40, "user_id": [5] * 40, "object_id": range(100, 140), "status": [404] * 40})
>>> told = "access_log: {table: log, at: at, user: user_id, object: object_id, status: status}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-enumeration"])
>>> [(f.table, f.columns, f.rows, f.detail["longest"], f.detail["requests"]) for f in audit.findings]
[('log', ('object_id',), 1, 40, 40)]
"""

from __future__ import annotations

from functools import reduce
from statistics import median

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.column import Column
from auditkit.facts.tenancy.log import Log
from auditkit.facts.tenancy.log_rows import ANSWERED, key_text
from auditkit.outcome import Cause, Confidence, Missing, Severity


@each
def number_column(dataset: Dataset, log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the number of what was asked for, where caller and time are logged
    too.
    """
    if (missing := log.undeclared("object", "user", "at")) is not None:
        return missing
    kind = dataset.tables[log.declared.table][str(log.declared.object)].type()
    if kind.is_numeric() or kind.is_string():
        return (Column(str(log.declared.object)),)
    return Missing(
        Cause.NOT_APPLICABLE,
        f"{log.declared.table}.{log.declared.object} holds no numbers that could be counted through",
    )


RUN, REQUESTS, SERVED = "auditkit_run", "auditkit_requests", "auditkit_served"


@fact
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


SHORTEST = 20
"""A shorter run of numbers is a page of a list."""
_DEVIATIONS, _FEW = 6, 10


@fact
def usual_run(dataset: Dataset, runs: ir.Table) -> int:
    """The longest run of consecutive numbers that is still usual here: the median and six times its
    deviation, at least twenty.

    Ten hours of callers or fewer do not tell what is usual.
    """
    counted = dataset.fetch(runs.group_by(RUN).aggregate(n=runs.count()).order_by(RUN), limit=10_000)
    lengths = [int(row[RUN]) for row in counted for _ in range(min(int(row["n"]), 10_000))]
    if len(lengths) < _FEW:
        return SHORTEST
    middle = median(lengths)
    spread = median(abs(length - middle) for length in lengths)
    return max(SHORTEST, int(middle + _DEVIATIONS * spread))


MEDIUM, HIGH = 1, 2


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 32",))
def enumeration(runs: ir.Table, usual_run: int, number_column: Column) -> Offending:
    """Return whether a caller asked in one hour for a longer run of numbers than is usual; answered for the
    most part it is worse.
    """
    long = runs[RUN] > usual_run
    asked, served = runs[REQUESTS].sum(where=long), runs[SERVED].sum(where=long)
    severity = ibis.ifelse(served * 2 > asked, HIGH, MEDIUM).cast("int64")
    detail = {"requests": asked, "answered": served, "longest": runs[RUN].max(where=long), "usual": usual_run}
    return Offending(long, detail=detail, severity=severity)

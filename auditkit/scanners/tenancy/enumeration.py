"""Caller enumerates object numbers

## What it finds
Callers who ask within one hour for object 1, 2, 3 and so on. The run must have more than twenty consecutive
numbers, and be far longer than what is usual in this log.

## Why it matters
A script tries what it can reach, in its own tenant or in others. Where it is answered, the whole of a table
can leave in an hour (GDPR Art. 32).

## How to fix
Look at what was answered in the hours that the SQL of the finding selects. Limit the requests of each
caller. Answer 404 for an object of another tenant, and raise an alarm at the third such answer. Use random
keys in addresses.

## Limits
Requests of staff are left out. With fewer than ten hours of callers the check does not know what is usual,
and takes twenty as the limit. A harmless job that synchronises data can look the same, so the confidence is
medium.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({
...     "at": ["2026-01-01 08:00:00"] * 40, "user_id": [5] * 40,
...     "object_id": range(100, 140), "status": [404] * 40,
... })
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, at: at, user: user_id, object: object_id, status: status}
... ''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}
>>> audit = auditkit.audit(source, policy, checks=["tenancy-enumeration"])
>>> [(f.table, f.columns, f.rows, f.detail["longest"], f.detail["requests"]) for f in audit.findings]
[('log', ('object_id',), 1, 40, 40)]

## References
- GDPR Art. 32, security of processing
- OWASP WSTG-APIT-02 and CWE-639, authorization bypass through a user-controlled key
"""

from __future__ import annotations

from statistics import median

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.numbers import whole_number
from auditkit.facts.column import Column
from auditkit.facts.tenancy.access_log import ANSWERED, Log
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations.key_text import key_text

RUN, REQUESTS, SERVED = "auditkit_run", "auditkit_requests", "auditkit_served"
SHORTEST = 20
"""A shorter run of numbers is a page of a list."""
DEVIATIONS, FEW = 6, 10
MEDIUM, HIGH = 1, 2
"""The severities, as `Offending` counts them."""


@each
def number_column(dataset: Dataset, log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the number of an object, where caller and time are logged too."""
    columns = log.column("object", "user", "at")
    if isinstance(columns, Missing):
        return columns
    table, name = log.declared.table, columns[0].name
    kind = dataset.tables[table][name].type()
    if kind.is_numeric() or kind.is_string():
        return columns
    return Missing(Cause.NOT_APPLICABLE, f"{table}.{name} holds no numbers that a caller could count through")


@fact
def runs(log_rows: ir.Table, log: Log, number_column: Column) -> ir.Table:
    """How callers go through numbers: one row for each caller, route and hour.

    A row holds the longest run of consecutive numbers that the caller asked for, how many requests there
    were, and how many of them were answered.
    """
    declared = log.declared
    assert declared.at is not None and declared.user is not None  # a log without them has no number column
    rows = log_rows.select(
        auditkit_caller=key_text(log_rows[declared.user]),
        auditkit_route=log_rows[declared.route].cast("string") if declared.route else ibis.literal(""),
        auditkit_hour=(clock(log_rows[declared.at]).moment.epoch_seconds() / 3600).floor().cast("int64"),
        auditkit_number=whole_number(log_rows[number_column.name]),
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


@fact
def usual_run(dataset: Dataset, runs: ir.Table) -> int:
    """The longest run of consecutive numbers that is still usual in this log.

    It is the median plus six times the median deviation, and at least twenty.
    """
    counted = dataset.fetch(runs.group_by(RUN).aggregate(n=runs.count()).order_by(RUN), limit=10_000)
    lengths = [int(row[RUN]) for row in counted for _ in range(min(int(row["n"]), 10_000))]
    if len(lengths) < FEW:
        return SHORTEST
    middle = median(lengths)
    spread = median(abs(length - middle) for length in lengths)
    return max(SHORTEST, int(middle + DEVIATIONS * spread))


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 32",),
    says=(
        "the longest run has {longest:number}, and up to {usual} are usual here;"
        " {requests:request} in such runs; {answered} of them answered"
    ),
)
def enumeration(runs: ir.Table, usual_run: int, number_column: Column) -> Offending:
    """Return whether a caller asked in one hour for a longer run of numbers than is usual.

    The severity is high where most of these requests were answered.
    """
    long = runs[RUN] > usual_run
    asked, served = runs[REQUESTS].sum(where=long), runs[SERVED].sum(where=long)
    severity = ibis.ifelse(served * 2 > asked, HIGH, MEDIUM).cast("int64")
    detail = {"requests": asked, "answered": served, "longest": runs[RUN].max(where=long), "usual": usual_run}
    return Offending(long, detail=detail, severity=severity)

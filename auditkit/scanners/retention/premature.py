"""Rows deleted before the end of their minimum period

## What it finds
Rows in the log of deletions that were deleted before the minimum period of their table had ended. The log
says from which table a row was, when its period started, and when it was deleted. Early deletions with a
reason that the policy accepts (`deletions.reason`) do not count: a person may have asked for the erasure.

## Why it matters
A law or a contract may require that data is kept. Personal data must also be protected against accidental
loss (GDPR Art. 5(1)(f) and 17(3)(b)). A job that deletes by a number of its own loses what had to be kept.

## How to fix
Restore the rows from the last backup that has them, where the law requires it. Let the job read the minimum
period from the policy, and let it refuse to delete younger rows.

## Limits
The check sees only deletions that the log names. It does not assess a rule with a condition (`where`),
because the log does not say to which of the rows the condition applied.

## Example
>>> import auditkit, pandas as pd
>>> starts = pd.to_datetime(["2018-05-31", "2020-05-31"])
>>> log = pd.DataFrame({"of": ["invoices"] * 2, "at": pd.to_datetime(["2025-06-01"] * 2), "start": starts})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Shop
... tables: {invoices: {retention: {start: paid_at, min: P6Y, max: P10Y}}}
... deletions: {table: log, of: of, at: at, start: start}''')
>>> tables = {"invoices": pd.DataFrame({"paid_at": pd.to_datetime(["2025-01-01"])}), "log": log}
>>> audit = auditkit.audit(tables, policy, checks=["retention-premature"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('invoices', 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 17(3)(b), erasure does not apply where a law requires the data
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.applies import covers_all
from auditkit.facts.retention.clocks import START
from auditkit.facts.retention.elapsed import before_end
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.policy.predicate import predicate
from auditkit.relations.declared_tables import declared_table

DELETED, JUSTIFIED = "auditkit_deleted", "auditkit_justified"


@fact
def deletions(
    dataset: Dataset, policy: Policy, relation: Examined, rule: Rule, as_of: date
) -> ir.Table | Missing:
    """The rows of the log of deletions that name this table.

    `START` is when the period of the deleted row started, `DELETED` when it was deleted. `JUSTIFIED` says
    that the log gives a reason for which the policy accepts an early deletion.
    """
    log = policy.deletions
    if log is None or not log.of or not log.at or not log.start:
        reason = "the policy names no log of deletions (`deletions`) with its columns of, at and start"
        return Missing(Cause.UNDECLARED, reason)
    if rule.stated("min") is None:
        reason = f"the retention rule of {relation.name} names no minimum period (`min`)"
        return Missing(Cause.UNDECLARED, reason)
    if not covers_all(policy, rule):
        reason = (
            f"the rule applies to some rows of {relation.name} only, and the log of deletions does not say to"
            " which of its rows it applied"
        )
        return Missing(Cause.NOT_APPLICABLE, reason)
    rows = declared_table(dataset, policy, "deletions", ("of", "at", "start"))
    if isinstance(rows, Missing):
        return rows
    deleted = rows.filter(rows[log.of].cast("string") == relation.name)
    justified = predicate(log.reason, deleted, as_of).fill_null(False) if log.reason else ibis.literal(False)
    moments = {START: clock(deleted[log.start]).moment, DELETED: clock(deleted[log.at]).moment}
    return deleted.mutate(**moments, **{JUSTIFIED: justified})


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 17(3)(b)"),
    says=(
        "the minimum period is {min}; {justified:row} deleted early for an accepted reason;"
        " {undated:deletion} without a start or a date"
    ),
)
def premature(deletions: ir.Table, rule: Rule) -> Offending:
    """Return whether a row was deleted before its minimum period ended, without an accepted reason."""
    shortest = rule.stated("min")
    start, deleted = deletions[START], deletions[DELETED]
    early = before_end(deleted, start, shortest, rule.stated("calendar")).fill_null(False)
    detail = {
        "min": str(shortest),
        "undated": deletions.count(where=start.isnull() | deleted.isnull()),
        "justified": deletions.count(where=early & deletions[JUSTIFIED]),
    }
    return Offending(early & ~deletions[JUSTIFIED], detail=detail)

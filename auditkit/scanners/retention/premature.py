"""Rows were deleted before the end of their minimum period.

What a law or a contract says must be kept is lost when a job with a number of its own deletes it: data has to
be protected against accidental loss too (GDPR Art. 5(1)(f), 17(3)(b)). It is seen in the log of deletions,
which says of each row from which table it was, when its period had started, and when it was deleted. What was
erased because the person asked may rightly be among them: which rows of the log those are, `deletions.reason`
says.

Remedy: restore the rows from the last backup that has them where the law asks for it; let the job read the
    minimum from where it is
declared, and refuse to delete what is younger.

>>> import auditkit, pandas as pd
>>> starts = pd.to_datetime(["2018-05-31", "2020-05-31"])
>>> log = pd.DataFrame({"of": ["invoices"] * 2, "at": pd.to_datetime(["2025-06-01"] * 2), "start": starts})
>>> told = "{tables: {invoices: {retention: {start: paid_at, min: P6Y, max: P10Y}}}, deletions: {table: log, of: of, at: at, start: start}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, {told[1:-1]}}}")
>>> tables = {"invoices": pd.DataFrame({"paid_at": pd.to_datetime(["2025-01-01"])}), "log": log}
>>> audit = auditkit.audit(tables, policy, checks=["retention-premature"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('invoices', 1, 2)]
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.elapsed import before_end
from auditkit.facts.retention.kept import START
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.policy.predicate import predicate
from auditkit.relations.stated import stated

DELETED, JUSTIFIED = "auditkit_deleted", "auditkit_justified"


@fact
def deletions(
    dataset: Dataset, policy: Policy, relation: Examined, rule: Rule, as_of: date
) -> ir.Table | Missing:
    """What the log of deletions says of rows of the table: when their period started (`START`) and when they
    were deleted (`DELETED`).

    Beside it stands whether the log gives a reason that the policy accepts before the minimum (`JUSTIFIED`).
    """
    log = policy.deletions
    if log is None or not log.of or not log.at or not log.start:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no log of deletions (`deletions`) with its columns of, at and start",
        )
    if rule.clock.min is None:
        return Missing(
            Cause.UNDECLARED, f"the retention rule of {relation.name} names no minimum period (`min`)"
        )
    if rule.clock.where or rule.declared.where:
        told = (
            f"the rule is about some rows of {relation.name} only, and the log does not say which of them it"
            " deleted"
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    rows = stated(dataset, policy, "deletions", ("of", "at", "start"))
    if isinstance(rows, Missing):
        return rows
    mine = rows.filter(rows[log.of].cast("string") == relation.name)
    justified = predicate(log.reason, mine, as_of).fill_null(False) if log.reason else ibis.literal(False)
    return mine.mutate(
        **{START: clock(mine[log.start]).moment, DELETED: clock(mine[log.at]).moment, JUSTIFIED: justified}
    )


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 17(3)(b)"))
def premature(deletions: ir.Table, rule: Rule) -> Offending:
    """Return whether a row was deleted before its start plus the minimum period, for no reason that the
    policy accepts.
    """
    assert rule.clock.min is not None  # without one there are no deletions to look at
    early = before_end(deletions[DELETED], deletions[START], rule.clock.min, rule.clock.calendar)
    undated = deletions.count(where=deletions[START].isnull() | deletions[DELETED].isnull())
    early = early.fill_null(False)
    detail = {
        "min": str(rule.clock.min),
        "undated": undated,
        "justified": deletions.count(where=early & deletions[JUSTIFIED]),
    }
    return Offending(early & ~deletions[JUSTIFIED], detail=detail)

"""Identifiers left in soft-deleted rows

## What it finds
Rows that were marked as deleted longer ago than the grace of their rule (30 days where it states none), in
which a column that identifies people still holds something. Rows on legal hold do not count.

## Why it matters
A row that is only marked is still kept (GDPR Art. 5(1)(e) and 17). It is in every backup, every export, and
every query that forgets the mark, while the person believes that it is gone.

## How to fix
After the time in which you may restore rows, erase them, or empty the columns that identify: `UPDATE <table>
SET email = NULL, full_name = NULL WHERE deleted_at < ...`. Let a job do it, and watch that it runs.

## Limits
The check needs to know the column that marks a row as deleted (`deleted`). A mark that is true or false has
no date, and counts at once.

## Example
>>> import auditkit, pandas as pd
>>> deleted_at = pd.to_datetime(["2025-01-01"] * 2 + [None])
>>> users = pd.DataFrame({"email": ["ana@example.org", None, "eva@example.org"], "deleted_at": deleted_at})
>>> rule = "{start: deleted_at, max: P30D, deleted: deleted_at, basis: contract}"
>>> table = f"{{columns: {{email: user.contact.email}}, retention: {rule}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{users: {table}}}}}")
>>> checks = ["retention-soft-delete-residue"]
>>> audit = auditkit.audit({"users": users}, policy, checks=checks, as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('users', 1, 3)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 17, right to erasure
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.facts.column import is_filled
from auditkit.facts.relation import Examined
from auditkit.facts.retention.deletion_mark import DeletionMark, marks_of, with_gone
from auditkit.facts.retention.holds import StandingHolds
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy, TablePolicy
from auditkit.relations.reach import Reach

GONE = "auditkit_gone"


@each
def deletion_mark(
    policy: Policy, relation: Examined, declared: TablePolicy
) -> tuple[DeletionMark, ...] | Missing:
    """The columns that the retention rules of the table name as `deleted`."""
    columns = relation.table.columns if relation.table is not None else ()
    reason = f"no retention rule of {relation.name} says which column marks a row as deleted (`deleted`)"
    return marks_of(policy, relation.name, declared, columns) or Missing(Cause.UNDECLARED, reason)


@fact
def deleted(
    reach: Reach,
    relation: Examined,
    rows: ir.Table,
    deletion_mark: DeletionMark,
    standing_holds: StandingHolds | None,
) -> ir.Table:
    """The rows of the table, with whether each was marked as deleted longer ago than its grace (`GONE`)."""
    return with_gone(reach, rows, relation.name, [deletion_mark], standing_holds, GONE)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(e)", "GDPR 17"),
    says="columns that identify people: {columns}",
)
def soft_delete_residue(deleted: ir.Table, identifying_columns: tuple[str, ...]) -> Offending:
    """Return whether a row is long deleted, and a column that identifies people still holds something."""
    filled = [is_filled(deleted[c]) for c in identifying_columns]
    return Offending(deleted[GONE] & reduce(or_, filled), detail={"columns": ", ".join(identifying_columns)})

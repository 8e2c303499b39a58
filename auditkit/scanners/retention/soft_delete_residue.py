"""Deleted rows still hold identifiers.

A row that is only marked as deleted is still kept: it is in every backup, export and query that forgets the
mark, and the person it is about was told that it is gone (GDPR Art. 5(1)(e), 17).

Remedy: after the restore window, erase the row, or overwrite the columns that identify (`UPDATE users SET
    email = NULL, full_name = NULL
WHERE deleted_at < ...`); let a job do it, and watch that it runs.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"email": ["ana@example.org", None, "eva@example.org"], "deleted_at": pd.to_datetime(["2025-01-01"] * 2 + [None])})
>>> told = "{columns: {email: user.contact.email}, retention: {start: seen_at, max: P3Y, deleted: deleted_at, basis: contract}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{users: {told}}}}}")
>>> audit = auditkit.audit({"users": users}, policy, checks=["retention-soft-delete-residue"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('users', 1, 3)]
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Period, Policy, TablePolicy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate

GRACE = Period.parse("P30D")
"""How long a row that is marked as deleted may stay, where its rule does not say."""


@dataclass(frozen=True)
class DeletionMark(Item, columns="column"):
    """The column that marks a row of the table as deleted, how long such a row may stay, and which rows are
    held.
    """

    column: str
    grace: Period
    hold: str | None
    missing: Missing | None = None


@each
def deletion_mark(
    policy: Policy, relation: Examined, declared: TablePolicy
) -> tuple[DeletionMark, ...] | Missing:
    """The columns that retention rules of the table name as `deleted`."""
    found = marks_of(
        policy, relation.name, declared, relation.table.columns if relation.table is not None else ()
    )
    undeclared = f"no retention rule of {relation.name} says which column marks a row as deleted (`deleted`)"
    return found or Missing(Cause.UNDECLARED, undeclared)


def marks_of(
    policy: Policy, name: str, declared: TablePolicy, columns: Collection[str]
) -> tuple[DeletionMark, ...]:
    """Return how the rules of a table mark a row as deleted.

    Raises:
        PolicyError: a rule names a column that is not there.
    """
    rules = [r for r in declared.retention if r.deleted]
    for rule in rules:
        if rule.deleted not in columns:
            raise NoColumnError.of(
                policy, ("tables", name, "retention", "deleted"), name, str(rule.deleted), columns
            )
    return tuple(
        {str(r.deleted): DeletionMark(str(r.deleted), r.grace or GRACE, r.hold) for r in rules}.values()
    )


GONE = "auditkit_gone"


@fact
def deleted(rows: ir.Table, deletion_mark: DeletionMark, as_of: date) -> ir.Table:
    """The rows of the table, with whether each was marked as deleted longer ago than the grace, and is not
    held.

    A mark that is true or false has no moment, and counts at once.
    """
    return rows.mutate(**{GONE: gone(rows, deletion_mark, as_of)})


def gone(rows: ir.Table, mark: DeletionMark, as_of: date) -> ir.BooleanValue:
    """Return whether a row was marked as deleted longer ago than the grace of the mark, and is not held."""
    cell = rows[mark.column]
    limit = latest_start(period=mark.grace, as_of=as_of)
    marked = cell if cell.type().is_boolean() else clock(cell).moment <= limit
    held = predicate(mark.hold, rows, as_of) if mark.hold else ibis.literal(False)
    return marked.fill_null(False) & ~held


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(e)", "GDPR 17"))
def soft_delete_residue(deleted: ir.Table, identifying_columns: tuple[str, ...]) -> Offending:
    """Return whether a row was deleted longer ago than its grace, and a column that identifies still holds
    something.
    """
    cells = [deleted[c] for c in identifying_columns]
    filled = [
        (cell.notnull() & (cell.strip() != "")) if cell.type().is_string() else cell.notnull()
        for cell in cells
    ]
    return Offending(deleted[GONE] & reduce(or_, filled), detail={"columns": ", ".join(identifying_columns)})

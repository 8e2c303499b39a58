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

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.deleted import GONE
from auditkit.outcome import Severity


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

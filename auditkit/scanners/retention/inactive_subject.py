"""Nobody has heard from these people for the whole period.

A customer or a prospect who has given no sign of life for years is no customer any more: what is kept "in
case" is kept without a purpose (GDPR Art. 5(1)(e); the French authority expects three years after the last
contact). A sign is any moment in the person's own row, or in a row of another table that refers to it; what a
program wrote (`updated_at`, `imported_at`) is none.

Remedy: ask these people whether they want to stay, and erase those who do not answer; or say, with a
    retention rule, which contract or
law keeps them.

>>> import auditkit, pandas as pd
>>> at = lambda *days: pd.to_datetime(list(days))
>>> users = pd.DataFrame({"id": [1, 2, 3], "email": ["ana@example.org", "ben@example.org", "eva@example.org"],
...                       "created_at": at("2018-01-01", "2018-01-01", "2025-01-01")})
>>> visits = pd.DataFrame({"user_id": [1, 2], "at": at("2025-06-01", "2019-06-01")})
>>> told = "{users: {subject: {type: customer, key: id, inactive: P3Y}}, visits: {references: {user_id: users.id}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {told}}}")
>>> audit = auditkit.audit({"users": users, "visits": visits}, policy, checks=["retention-inactive-subject"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('users', 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.activity import HEARD, SILENT
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 25(2)"))
def inactive_subject(activity: ir.Table) -> Offending:
    """Return whether nothing was heard of a person for the declared period; of whom nothing was ever heard is
    no finding.
    """
    return Offending(activity[SILENT], detail={"never_heard_of": activity.count(where=~activity[HEARD])})

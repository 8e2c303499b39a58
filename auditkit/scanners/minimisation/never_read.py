"""A column of personal data is read by no query.

What nobody reads serves no purpose, and is copied into every backup and stolen with the rest (GDPR Art.
5(1)(c), 25). Read are logs that keep all queries of ninety days or more: `pg_stat_statements`, and tables
that are called like a log of queries and have a time. A column counts as read wherever a query might mean it;
`SELECT *` tells nothing of any column of its table, which is then not assessed. What administrators
(`roles.administrator`) and audits ask is no use. Reads outside the log (exports, replicas) are not seen, so
the confidence is medium.

Remedy: ask who needs the column; where nobody does, stop writing it and drop it. Where an export or a yearly
    job does, declare its purpose.

>>> import auditkit, pandas as pd
>>> days = pd.date_range("2026-01-01", "2026-11-20", periods=3)
>>> queries = ["SELECT id, email FROM users WHERE id = $1", "SELECT email FROM users", "UPDATE users SET phone = $1 WHERE id = $2"]
>>> people = {"id": range(50), "email": [f"p{n}@example.org" for n in range(50)], "phone": "+44 20 7946 0018"}
>>> source = {"users": pd.DataFrame(people), "query_log": pd.DataFrame({"at": days, "query": queries})}
>>> audit = auditkit.audit(source, checks=["minimisation-never-read"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.detail["queries"], f.detail["days"]) for f in audit.findings]
[('users', ('phone',), 3, 325)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def never_read(unread_columns: ir.Table) -> ir.Table:
    """Return the personal columns that no logged query reads."""
    return unread_columns

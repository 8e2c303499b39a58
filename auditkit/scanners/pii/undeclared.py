"""A column holds personal data that the policy does not declare.

Whoever processes personal data must know what it is, why it is there and for how long (GDPR Art. 5(2),
30(1)(c)). A column that nobody declared has no purpose, no legal basis and no retention period, and nobody
will find it when a data subject asks.

Remedy: declare the column with its data category and give its table a purpose and a retention rule; or
    declare `category: none` with a
reason where it is no personal data; or stop collecting it and drop the column.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"email": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {columns: {}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["pii-undeclared"])
>>> [(f.table, f.columns, f.entity, f.rows) for f in audit.findings]
[('people', ('email',), 'EMAIL_ADDRESS', 3)]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import PRESENT


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 30(1)(c)"))
def undeclared(detections: ir.Table, columns: Mapping[str, ColumnPolicy]) -> ir.Table:
    """Return the columns of personal data that the policy does not name."""
    personal = detections.filter(
        (detections.kind == "column")
        & detections.verdict.isin(PRESENT)
        & ~detections.free_text
        & detections.column.notin(list(columns))
    )
    return personal.select("table", "column", "entity", "rows", "of", "confidence", "sensitive", "category")

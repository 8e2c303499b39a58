"""Personal data has no retention rule, or a rule has no basis.

The controller must be able to say how long each category of personal data is kept, and why (GDPR Art. 5(2),
13(2)(a), 30(1)(f)). Where nothing is declared nothing is ever erased.

Remedy: give the table a `retention` rule with its start, its maximum period and its basis; a child table may
    inherit one with
`via: <reference>`.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"email": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {columns: {email: user.contact.email}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["retention-undeclared"])
>>> [(f.table, f.detail["personal_columns"]) for f in audit.findings]
[('people', 1)]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.vocabulary import PRESENT


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 30(1)(f)"))
def undeclared(
    detections: ir.Table, columns: Mapping[str, ColumnPolicy], declared: TablePolicy | None = None
) -> Offending:
    """Return the table where it holds personal data, found or declared, without a rule, or under a rule
    without a basis.
    """
    rules = declared.retention if declared is not None else ()
    found = (detections.kind == "column") & detections.verdict.isin(PRESENT) & ~detections.free_text
    personal = detections.filter(
        (found & detections.column.notin(list(columns))) | (detections.kind == "declared")
    )
    tables = personal.group_by("table").aggregate(
        personal_columns=personal.count(), sensitive=personal.sensitive.any()
    )
    lacking = not rules or any(not rule.basis and rule.via is None for rule in rules)
    return Offending(tables.filter(ibis.literal(lacking)), detail={"missing": "basis" if rules else "rule"})

"""Personal data without a retention rule

## What it finds
Tables with personal data for which the policy declares no retention rule, and retention rules that name no
legal basis. The personal data was found in the table, or the policy declares it.

## Why it matters
The controller must be able to say how long each category of personal data is kept, and why (GDPR Art. 5(2),
13(2)(a) and 30(1)(f)). Data without a declared period is never erased.

## How to fix
Give the table a `retention` rule with its start, its maximum period and its basis. A child table may inherit
the rule of its parent with `via: <reference>`.

## Limits
Free text does not count as personal data here: `pii-free-text` finds what is inside.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"email": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> columns = "{email: user.contact.email}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["retention-undeclared"])
>>> [(f.table, f.detail["missing"], f.detail["personal_columns"]) for f in audit.findings]
[('people', 'rule', 1)]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 13(2)(a), information about the period
- GDPR Art. 30(1)(f), time limits in the record of processing
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.vocabulary import PRESENT


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(2)", "GDPR 30(1)(f)"),
    says="the policy states no {missing}; {personal_columns:column} of personal data",
)
def undeclared(
    detections: ir.Table, columns: Mapping[str, ColumnPolicy], declared: TablePolicy | None = None
) -> Offending:
    """Return the table where it holds personal data without a rule, or under a rule without a basis."""
    rules = declared.retention if declared is not None else ()
    lacking = not rules or any(not rule.basis and rule.via is None for rule in rules)
    kinds = detections.kind.isin(["column", "path"])
    found = kinds & detections.verdict.isin(PRESENT) & ~detections.free_text
    personal = detections.filter(
        (found & detections.column.notin(list(columns)) & detections.path.coalesce("").notin(list(columns)))
        | (detections.kind == "declared")
    )
    tables = personal.group_by("table").aggregate(
        personal_columns=personal.column.nunique(), sensitive=personal.sensitive.any()
    )
    return Offending(tables.filter(ibis.literal(lacking)), detail={"missing": "basis" if rules else "rule"})

"""Personal data that the policy does not declare

## What it finds
Columns in which the search for personal data found personal data, and for which the policy declares nothing:
it is certain or likely that the column is personal, or some of its cells hold personal data (verdict
`mixed`). For a mixed column the finding counts the cells that hold any.

## Why it matters
The controller must know which personal data it processes, why, and for how long (GDPR Art. 5(2) and
30(1)(c)). A column that nobody declared has no purpose, no legal basis and no retention period. Nobody finds
it when a data subject asks.

## How to fix
Declare the column with its data category, and give its table a purpose and a retention rule. Where it is not
personal, declare `category: none` with a reason. Or stop collecting it, and drop the column.

## Limits
Free text is not declared as a whole: `pii-free-text` finds what is inside. Nor is a column of something else
in which a few keys or passwords stand: `pii-secret` finds these. Columns that only may hold
personal data (verdict `review`) are listed in the inventory, and are no finding. What `auditkit init` drafted
is only proposed: the check is not assessed until a person has reviewed it (`reviewed`).

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"email": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {columns: {}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["pii-undeclared"])
>>> [(f.table, f.columns, f.entity, f.rows) for f in audit.findings]
[('people', ('email',), 'EMAIL_ADDRESS', 3)]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 30(1)(c), categories of personal data in the record of processing
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy
from auditkit.vocabulary import PRESENT


@fact
def reviewed_columns(
    columns: Mapping[str, ColumnPolicy], policy: Policy, relation: Examined, as_of: date
) -> Mapping[str, ColumnPolicy] | Missing:
    """The data categories that the policy declares; what `auditkit init` only proposes does not count."""
    if policy.proposes(relation.name, as_of):
        reason = f"the policy only proposes what {relation.name} holds: nobody has reviewed its draft"
        return Missing(Cause.UNDECLARED, reason)
    return columns


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 30(1)(c)"), says="data category {category}")
def undeclared(detections: ir.Table, reviewed_columns: Mapping[str, ColumnPolicy]) -> ir.Table:
    """Return the columns of personal data that the policy does not name."""
    personal = detections.filter(
        (detections.kind == "column")
        & detections.verdict.isin(PRESENT)
        & ~detections.free_text
        & ~((detections.verdict == "mixed") & detections.credential)
        & detections.column.notin(list(reviewed_columns))
    )
    return personal.select("table", "column", "entity", "rows", "of", "confidence", "sensitive", "category")

"""Special categories or criminal records without a declared condition

## What it finds
Columns of special categories of personal data, or of criminal records, in tables none of whose purposes
states the condition that allows them (`article9`). The data was found, or the policy declares it.

## Why it matters
Health, origin, belief, political opinion, trade union, genes, biometrics, sex life and orientation may not be
processed at all, unless a condition of GDPR Art. 9(2) holds. Criminal records may be processed only under
Art. 10. Without a declared condition the processing is presumed unlawful.

## How to fix
Stop collecting the data, and erase the column. Or state in the policy which purpose needs it, and the
condition that allows it (`purposes: {care: {legal_basis: contract, article9: ...}}`), and give the table that
purpose.

## Limits
The check does not know whether the stated condition really holds: a person signs that.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"religion": ["catholic", "jewish", "none", "muslim", "catholic", "hindu"]})
>>> columns = "{religion: user.demographic.religious_belief}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["pii-special-category"])
>>> [(f.table, f.columns, f.severity.value) for f in audit.findings]
[('people', ('religion',), 'critical')]

## References
- GDPR Art. 9, special categories of personal data
- GDPR Art. 10, criminal convictions and offences
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.facts.detections import listed_paths
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy, Purpose
from auditkit.vocabulary import PRESENT


@fact
def purposes(policy: Policy, relation: Examined) -> tuple[Purpose, ...] | Missing:
    """The purposes that the policy declares for the table."""
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says what the data of this source is for")
    table = policy.table(relation.name)
    names = table.purposes if table is not None else ()
    return tuple(policy.purposes[name] for name in names if name in policy.purposes)


@check(severity=Severity.HIGH, articles=("GDPR 9", "GDPR 10"), says="data category {category}; at {paths}")
def special_category(
    detections: ir.Table, purposes: tuple[Purpose, ...], columns: Mapping[str, ColumnPolicy]
) -> ir.Table:
    """Return the columns of special categories, where no purpose of the table states a condition."""
    allowed = any(purpose.article9 for purpose in purposes)
    found = (
        detections.kind.isin(["column", "path"])
        & detections.verdict.isin(PRESENT)
        & detections.column.notin(list(columns))
        & detections.path.coalesce("").notin(list(columns))
    )
    special = detections.filter(
        detections.special & (found | (detections.kind == "declared")) & ibis.literal(not allowed)
    )
    return special.group_by(["table", "column"]).aggregate(
        rows=special.rows.max(),
        of=special.of.max(),
        confidence=special.confidence.min(),
        sensitive=special.sensitive.any(),
        category=special.category.min(),
        paths=listed_paths(special),
    )

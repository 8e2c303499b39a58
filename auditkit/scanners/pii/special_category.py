"""Special categories or criminal records are held without a declared basis.

Health, origin, belief, political opinion, trade union, genes, biometrics, sex life and orientation may not be
processed at all unless a condition of GDPR Art. 9(2) holds, and criminal records only under Art. 10. Without
a declared one the processing is presumed unlawful.

Remedy: stop collecting it and erase the column; or state in the policy which purpose needs it and the
    condition that allows it
(`purposes: {care: {legal_basis: contract, article9: ...}}`), and give the table that purpose.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"religion": ["catholic", "jewish", "none", "muslim", "catholic", "hindu"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {columns: {religion: user.demographic.religious_belief}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["pii-special-category"])
>>> [(f.table, f.columns, f.severity.value) for f in audit.findings]
[('people', ('religion',), 'critical')]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy, Purpose
from auditkit.vocabulary import PRESENT


@fact
def purposes(policy: Policy, relation: Examined) -> tuple[Purpose, ...] | Missing:
    """The declared purposes of the table; empty where the policy gives it none."""
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says what the data of this source is for")
    table = policy.table(relation.name)
    return tuple(
        policy.purposes[name]
        for name in (table.purposes if table is not None else ())
        if name in policy.purposes
    )


@check(severity=Severity.HIGH, articles=("GDPR 9", "GDPR 10"))
def special_category(
    detections: ir.Table, purposes: tuple[Purpose, ...], columns: Mapping[str, ColumnPolicy]
) -> ir.Table:
    """Return the columns of special categories, found or declared, of a table none of whose purposes states a
    condition for them.
    """
    allowed = any(purpose.article9 for purpose in purposes)
    found = (
        (detections.kind == "column")
        & detections.verdict.isin(PRESENT)
        & detections.column.notin(list(columns))
    )
    columns_of = detections.filter(
        detections.special & (found | (detections.kind == "declared")) & ibis.literal(not allowed)
    )
    return columns_of.select("table", "column", "rows", "of", "confidence", "sensitive", "category")

"""Re-identifiable people within a tenant (k below the limit)

## What it finds
Rows whose combination of quasi-identifiers fewer than k rows of the same tenant share. k is what the policy
states for tables of which each tenant gets its own rows (`disclosure.tenant_k`).

## Why it matters
A tenant sees its own rows alone. A report that lets five of a kind pass over all tenants shows the staff of a
small tenant to the people who sit next to them (GDPR recital 26, Art. 32(1)(a)). `hidden_in_the_crowd` of the
rows found have k others like them in the whole table.

## How to fix
Give a small tenant fewer columns, or coarser ones. Show it results only from a certain number of answers on,
or put small tenants together.

## Limits
The check is not assessed where the policy states no `disclosure.tenant_k`. Rows without a tenant do not
count.

## Example
>>> import auditkit, pandas as pd
>>> answers = pd.DataFrame({"tenant_id": [1] * 6 + [2], "gender": ["f"] * 7})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... tables: {answers: {quasi_identifiers: [gender], disclosure: {tenant_k: 3}}}''')
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "answers": answers}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-tenant-k"])
>>> [(f.table, f.rows, f.of, f.detail["tenants"], f.detail["hidden_in_the_crowd"]) for f in audit.findings]
[('answers', 1, 7, 1, 1)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- GDPR Art. 32(1)(a), pseudonymisation as a measure
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.column import comparable
from auditkit.facts.reidentification.classes import SIZE
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations.row_tenants import TENANT

TENANT_SIZE = "auditkit_tenant_class_size"


@fact
def tenant_classes(
    tenanted: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy
) -> ir.Table | Missing:
    """The rows of the tenants, with the size of the class of each in the table and within its tenant."""
    if declared.disclosure is None or declared.disclosure.tenant_k is None:
        reason = "the policy does not say how many rows of one tenant must be alike (`disclosure.tenant_k`)"
        return Missing(Cause.UNDECLARED, reason)
    within = [comparable(tenanted[c]) for c in quasi_identifiers]
    whole = tenanted.count().over(ibis.window(group_by=within))
    inside = tenanted.count().over(ibis.window(group_by=[*within, tenanted[TENANT]]))
    sized = tenanted.mutate(**{SIZE: whole, TENANT_SIZE: inside})
    return sized.filter(sized[TENANT].notnull())


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "{tenants:tenant} with small classes by {quasi_identifiers}; the smallest has {smallest_class:row};"
        " k is {k}; {hidden_in_the_crowd:row} with k others like them in the whole table"
    ),
)
def tenant_k(
    tenant_classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy
) -> Offending:
    """Return whether fewer than k rows of the same tenant share the quasi-identifiers of a row."""
    k = declared.disclosure.tenant_k if declared.disclosure is not None else None
    assert k is not None  # without it the classes of tenants are missing
    few = tenant_classes[TENANT_SIZE] < k
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": tenant_classes[TENANT_SIZE].min(),
        "tenants": tenant_classes[TENANT].nunique(where=few),
        "hidden_in_the_crowd": tenant_classes.count(where=few & (tenant_classes[SIZE] >= k)),
    }
    return Offending(few, detail)

"""People hide among those of all tenants together, and not among those of their own.

A tenant sees its own rows alone: a report of forty answers that lets five of a kind pass over all tenants
shows each of a small one's staff to the people who sit next to them. So k is counted inside each tenant,
where the policy says that rows are given out tenant by tenant and how many must be alike there
(`disclosure.tenant_k`; GDPR recital 26, Art. 32(1)(a)). `hidden_in_the_crowd` of the rows found have k others
like them in the whole table.

Remedy: give a small tenant fewer columns, or coarser ones; show it results from a number of answers on only;
    put small tenants together.

>>> import auditkit, pandas as pd
>>> answers = pd.DataFrame({"tenant_id": [1] * 6 + [2], "gender": ["f"] * 7})
>>> told = "tenancy: {root: tenants, key: tenant_id}, tables: {answers: {quasi_identifiers: [gender], disclosure: {tenant_k: 3}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, {told}}}")
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "answers": answers}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-tenant-k"])
>>> [(f.table, f.rows, f.of, f.detail["tenants"], f.detail["hidden_in_the_crowd"]) for f in audit.findings]
[('answers', 1, 7, 1, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.reidentification.classes import SIZE, comparable
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations.owner import TENANT

TENANT_SIZE = "auditkit_tenant_class_size"


@fact
def tenant_classes(
    tenanted: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy
) -> ir.Table | Missing:
    """The rows of each tenant, with the size of their equivalence class in the whole table and among the rows
    of the tenant.
    """
    if declared.disclosure is None or declared.disclosure.tenant_k is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say how many rows of one tenant must be alike (`disclosure.tenant_k`)",
        )
    within = [comparable(tenanted[c]) for c in quasi_identifiers]
    whole = tenanted.count().over(ibis.window(group_by=within))
    inside = tenanted.count().over(ibis.window(group_by=[*within, tenanted[TENANT]]))
    sized = tenanted.mutate(**{SIZE: whole, TENANT_SIZE: inside})
    return sized.filter(sized[TENANT].notnull())


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def tenant_k(
    tenant_classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy
) -> Offending:
    """Return whether fewer than k rows of a row's tenant share its combination of quasi-identifiers."""
    k = declared.disclosure.tenant_k if declared.disclosure is not None else None
    assert k is not None  # without it there are no classes of tenants
    few = tenant_classes[TENANT_SIZE] < k
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": tenant_classes[TENANT_SIZE].min(),
        "tenants": tenant_classes[TENANT].nunique(where=few),
        "hidden_in_the_crowd": tenant_classes.count(where=few & (tenant_classes[SIZE] >= k)),
    }
    return Offending(few, detail)

"""A hierarchy crosses tenants.

A manager, a parent or the row that another was merged into belongs to another tenant: whoever walks the
hierarchy leaves the tenant without noticing (GDPR Art. 5(1)(f), 32; Art. 33 where data was seen).

Remedy: find out which side is right and correct the rows that the finding's SQL selects, then make it
    impossible:
`ALTER TABLE t ADD UNIQUE (tenant_id, id)` and `ALTER TABLE t ADD FOREIGN KEY (tenant_id, parent_id)
REFERENCES t (tenant_id, id)`.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 1, 2], "manager_id": [None, 1, 1], "email": ["a@x.org", "b@x.org", "c@x.org"]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "users": users}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-self-reference"])
>>> [(f.table, f.columns, f.rows) for f in audit.findings]
[('users', ('manager_id',), 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.separation import Separation, separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Reference, Relations, Scope
from auditkit.relations.owner import PARENT_TENANT, TENANT, linked
from auditkit.relations.references import OF_A_TENANT


@each
def self_link(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a table of a tenant to itself: hierarchies, threads, merged rows."""
    found = tuple(r for r in relations.of(relation.name) if r.is_self and scope.kind in OF_A_TENANT)
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not refer to itself")


@fact
def self_linked(dataset: Dataset, relations: Relations, self_link: Reference) -> ir.Table:
    """The rows of the table with their own tenant and the tenant of the row of the same table that they refer
    to.
    """
    return linked(dataset.tables, relations, self_link)


@fact
def self_separation(
    dataset: Dataset, relations: Relations, self_link: Reference, self_linked: ir.Table
) -> Separation:
    """Whether the tenant is a boundary that a reference of the table to itself respects."""
    return separation(dataset, relations, self_link, self_linked)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def self_reference(self_linked: ir.Table, self_separation: Separation, self_link: Reference) -> Offending:
    """Return whether a row's tenant differs from that of the row of the same table it refers to."""
    crosses = self_linked[TENANT] != self_linked[PARENT_TENANT]
    return self_separation.answer(crosses, self_linked, self_link)

"""Hierarchy crosses tenants

## What it finds
Rows that refer to a row of the same table that belongs to another tenant: a manager, a parent folder, an
earlier message, or the row that another was merged into.

## Why it matters
Code that follows the hierarchy leaves the tenant without noticing, and shows or changes rows of another
tenant. This breaks confidentiality (GDPR Art. 5(1)(f), 32). Where somebody saw the data, it is a personal
data breach (Art. 33).

## How to fix
Find out which side is right, and correct the rows that the SQL of the finding selects. Then make the fault
impossible: `ALTER TABLE <table> ADD UNIQUE (tenant_id, id)` and `ALTER TABLE <table> ADD FOREIGN KEY
(tenant_id, <column>) REFERENCES <table> (tenant_id, id)`.

## Limits
The check looks at one step of the hierarchy. Where tenants differ about as often as by chance, it reports
once that the tenant is no boundary here, with low confidence.

## Example
>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({
...     "id": [1, 2, 3], "tenant_id": [1, 1, 2], "manager_id": [None, 1, 1],
...     "email": ["a@x.org", "b@x.org", "c@x.org"],
... })
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "users": users}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-self-reference"])
>>> [(f.table, f.columns, f.rows) for f in audit.findings]
[('users', ('manager_id',), 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
"""

from __future__ import annotations

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.crossing import SAYS, Crossing, crossing_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Reference, Relations, Scope
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.row_tenants import with_both_tenants


@each
def self_link(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a table of a tenant to itself: hierarchies, threads, merged rows."""
    found = tuple(r for r in relations.of(relation.name) if r.is_self and scope.kind in OF_A_TENANT)
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not refer to itself")


@fact
def crossing(dataset: Dataset, relations: Relations, self_link: Reference) -> Crossing:
    """The rows of the table with their own tenant and the tenant of the row that they refer to."""
    return crossing_of(dataset, relations, self_link, with_both_tenants(dataset.tables, relations, self_link))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SAYS,
)
def self_reference(crossing: Crossing) -> Offending:
    """Return whether a row and the row of the same table that it refers to have different tenants."""
    return crossing.offending(crossing.tenants_differ)

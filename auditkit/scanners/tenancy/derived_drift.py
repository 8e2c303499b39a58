"""Row's tenant differs from the tenant of its ancestors

## What it finds
Rows whose own tenant differs from the tenant that an ancestor gives, or from a copied name such as
`tenant_slug`. The ancestors stand behind a parent that has no tenant itself. A parent with a tenant is the
subject of `tenancy-cross-reference`, so that no row is counted twice.

## Why it matters
A tenant that is stored twice drifts apart: somebody moved the row and did not move its copy. Then one query
shows the row to one tenant, and the next query to another. This breaks accuracy and confidentiality (GDPR
Art. 5(1)(d), 5(1)(f), 32).

## How to fix
Find out which side is right, and correct the rows that the SQL of the finding selects. Fill the tenant of
the parent (`UPDATE parent SET tenant_id = ... WHERE tenant_id IS NULL`, then `NOT NULL`). Drop the copy of a
name, or keep it equal: `UPDATE child SET tenant_slug = (SELECT slug FROM tenants t WHERE t.id = tenant_id)`.

## Limits
A copied name that names no tenant, or no tenant any more, is out of date. It does not count as a leak.

## Example
>>> import auditkit, pandas as pd
>>> slugs = ["acme", "globex", "acme"]
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme", "globex"]}),
...     "orders": pd.DataFrame({"id": [7, 8, 9], "tenant_id": [1, 2, 2], "tenant_slug": slugs}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-derived-drift"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('orders', ('tenant_slug',), 'tenants.slug', 1)]

## References
- GDPR Art. 5(1)(d), accuracy
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.crossing import SAYS, Crossing, crossing_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations
from auditkit.relations.ancestry import Ancestor, ancestors_of, with_ancestor_tenant


@each
def ancestor(
    dataset: Dataset, relations: Relations, relation: Examined, tenant_column: str
) -> tuple[Ancestor, ...] | Missing:
    """What else gives the tenant of a table that carries its own: rows behind a parent, and copied names."""
    assert tenant_column  # a table without one is not assessed
    return tuple(ancestors_of(relations, dataset.tables, relation.name)) or Missing(
        Cause.NOT_APPLICABLE, f"nothing but its parents gives the tenant of {relation.name} a second time"
    )


@fact
def crossing(dataset: Dataset, relations: Relations, ancestor: Ancestor) -> Crossing:
    """The rows of the table with their own tenant and the one that an ancestor gives.

    The second tenant is null where the parent between the two has a tenant itself.
    """
    return crossing_of(
        dataset, relations, ancestor, with_ancestor_tenant(dataset.tables, relations, ancestor)
    )


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"),
    says=SAYS,
)
def derived_drift(crossing: Crossing) -> Offending:
    """Return whether a row's own tenant differs from the one that an ancestor or a copied name gives."""
    return crossing.offending(crossing.tenants_differ)

"""Rows of a tenant that does not exist

## What it finds
Rows whose tenant is no row of the table of tenants.

## Why it matters
The tenant was removed, and its rows were not. When its key or its name is issued again, the next tenant
inherits them. A processor must delete or return the data when its services end (GDPR Art. 5(1)(e), 5(1)(f),
28(3)(g)).

## How to fix
Erase the rows that the SQL of the finding selects, or give them back to the tenant that they belong to. Then
`ALTER TABLE child ADD FOREIGN KEY (tenant_id) REFERENCES tenants (id)`. Never issue the key of a tenant
twice.

## Limits
Rows without a tenant are left to `tenancy-missing-key`.

## Example
>>> import auditkit, pandas as pd
>>> files = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 9, None]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": files}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-orphan-tenant"])
>>> [(f.table, f.columns, f.rows, f.detail["tenants"]) for f in audit.findings]
[('files', ('tenant_id',), 1, 1)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 28(3)(g), deletion or return at the end of services
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.tenant_key import TenantKey, tenant_key_of
from auditkit.outcome import Missing, Severity
from auditkit.relations import Scope
from auditkit.relations.key_text import same_key
from auditkit.relations.references import Boundary

ROOT = "auditkit_root"


@each
def tenant_key(relation: Examined, scope: Scope, boundary: Boundary) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant."""
    return tenant_key_of(relation, scope, boundary)


@fact
def with_root(dataset: Dataset, boundary: Boundary, rows: ir.Table, tenant_key: TenantKey) -> ir.Table:
    """The rows of the table with the key of their tenant in `ROOT`, null where there is no such tenant.

    The keys of tenants that live in another database are copied next to the rows.
    """
    root = dataset.tables[boundary.root]
    known = root.select(**{ROOT: root[boundary.root_key]}).distinct()
    known = brought(dataset, known, rows) if is_apart(root, rows) else known
    joined = rows.left_join(known, same_key(rows[tenant_key.column], known[ROOT]))
    return joined.select(*[joined[c] for c in rows.columns], joined[ROOT])


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 5(1)(f)", "GDPR 28(3)(g)"),
    says="{tenants:tenant that does not|tenants that do not} exist",
)
def orphan_tenant(with_root: ir.Table, tenant_key: TenantKey) -> Offending:
    """Return whether a row names a tenant that does not exist."""
    key = with_root[tenant_key.column]
    orphan = key.notnull() & with_root[ROOT].isnull()
    if key.type().is_string():
        orphan &= key.strip() != ""
    return Offending(orphan, {"tenants": key.nunique(where=orphan)}, confidence=tenant_key.confidence)

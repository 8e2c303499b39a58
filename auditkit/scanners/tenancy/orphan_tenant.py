"""Rows belong to a tenant that does not exist.

The tenant was removed and its rows were not; when its number or its name is issued again, the next tenant
inherits them (GDPR Art. 5(1)(e), 5(1)(f), 28(3)(g)).

Remedy: erase the rows that the finding's SQL selects, or give them back to the tenant they belong to; then
`ALTER TABLE child ADD FOREIGN KEY (tenant_id) REFERENCES tenants (id)`. Never issue the key of a tenant
twice.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 9, None]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-orphan-tenant"])
>>> [(f.table, f.columns, f.rows, f.detail["tenants"]) for f in audit.findings]
[('files', ('tenant_id',), 1, 1)]
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.log_rows import key_text
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Origin, Relations, Scope, ScopeKind
from auditkit.relations.infer import family


@dataclass(frozen=True)
class TenantKey(Item, columns="column"):
    """The column of a table that carries its tenant."""

    column: str
    confidence: Confidence
    missing: Missing | None = None


@each
def tenant_key(relations: Relations, relation: Examined, scope: Scope) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant."""
    if scope.kind not in (ScopeKind.DIRECT, ScopeKind.MEMBERSHIP) or scope.column is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    return (TenantKey(scope.column, Confidence.HIGH if stated else Confidence.MEDIUM),)


ROOT = "auditkit_root"


@fact
def with_root(dataset: Dataset, relations: Relations, rows: ir.Table, tenant_key: TenantKey) -> ir.Table:
    """The rows of the table with the key of their tenant's own row in `ROOT`, null where there is no such
    tenant.

    The keys of tenants that live in another database are brought beside the rows.
    """
    assert relations.boundary is not None  # a table with a tenant key has a boundary
    root = dataset.tables[relations.boundary.root]
    known = root.select(**{ROOT: root[relations.boundary.root_key]}).distinct()
    known = brought(dataset, known, rows) if is_apart(root, rows) else known
    own, key = rows[tenant_key.column], known[ROOT]
    joined = rows.left_join(
        known, own == key if family(own.type()) == family(key.type()) else key_text(own) == key_text(key)
    )
    return joined.select(*[joined[c] for c in rows.columns], joined[ROOT])


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 5(1)(f)", "GDPR 28(3)(g)"))
def orphan_tenant(with_root: ir.Table, tenant_key: TenantKey) -> Offending:
    """Return whether a row names a tenant that is no row of the root; a row without a tenant counts
    elsewhere.
    """
    key = with_root[tenant_key.column]
    orphan = key.notnull() & with_root[ROOT].isnull()
    named = orphan & (key.strip() != "") if key.type().is_string() else orphan
    return Offending(named, detail={"tenants": key.nunique(where=named)}, confidence=tenant_key.confidence)

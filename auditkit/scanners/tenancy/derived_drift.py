"""A row's own tenant differs from the one its ancestors give.

A tenant that is written twice drifts apart: the row was moved and its copy was not. Then one query shows it
to one tenant, the next to another (GDPR Art. 5(1)(d), 5(1)(f), 32). Compared are the ancestors behind a
parent that cannot tell its own tenant, and copied names such as `tenant_slug` with those of the tenants; a
parent that can tell is the matter of `tenancy-cross-reference`, so that no row is counted twice. A name that
is no tenant's (any more) is out of date, and no leak.

Remedy: find out which side is right and correct the rows that the finding's SQL selects; fill the parent's
    tenant
(`UPDATE parent SET tenant_id = ... WHERE tenant_id IS NULL`, then `NOT NULL`), and drop the copy of a name or
let the database keep it: `UPDATE child SET tenant_slug = (SELECT slug FROM tenants t WHERE t.id =
tenant_id)`.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme", "globex"]}),
...           "orders": pd.DataFrame({"id": [7, 8, 9], "tenant_id": [1, 2, 2], "tenant_slug": ["acme", "globex", "acme"]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-derived-drift"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('orders', ('tenant_slug',), 'tenants.slug', 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.separation import Separation, separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope, ScopeKind, ancestry
from auditkit.relations.ancestry import Ancestor, ancestors_of
from auditkit.relations.owner import PARENT_TENANT, TENANT


@each
def ancestor(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Ancestor, ...] | Missing:
    """What else tells the tenant of a table that carries its own: rows behind a parent, and copied names of
    the tenant.
    """
    if scope.kind is not ScopeKind.DIRECT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    found = tuple(ancestors_of(relations, dataset.tables, relation.name))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"nothing but its parents tells the tenant of {relation.name} a second time"
    )


@fact
def descended(dataset: Dataset, relations: Relations, ancestor: Ancestor) -> ir.Table:
    """The rows of the table with their own tenant and the one that an ancestor tells, where the parent
    between them cannot.
    """
    return ancestry.descended(dataset.tables, relations, ancestor)


@fact
def descended_separation(
    dataset: Dataset, relations: Relations, ancestor: Ancestor, descended: ir.Table
) -> Separation:
    """Whether the tenant is a boundary between the rows of a table and their ancestors."""
    return separation(dataset, relations, ancestor, descended)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"))
def derived_drift(descended: ir.Table, descended_separation: Separation, ancestor: Ancestor) -> Offending:
    """Return whether a row's tenant differs from the one that an ancestor, or a copied name, tells."""
    return descended_separation.answer(descended[TENANT] != descended[PARENT_TENANT], descended, ancestor)

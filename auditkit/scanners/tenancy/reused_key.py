"""Tenant slug, domain or key used twice

## What it finds
Slugs, domains, external numbers and keys that name more than one tenant, in upper or lower case.

## Why it matters
Whoever looks up such a name may reach either tenant: links, mails, logins and cached pages of the one arrive
at the other. It is the same fault when a name was issued again after its tenant had left, because what still
carries the name now belongs to the new tenant (GDPR Art. 5(1)(f), 32).

## How to fix
Rename one of the tenants that the SQL of the finding selects, then `CREATE UNIQUE INDEX ON <table>
(lower(<column>))`. Keep the names of tenants that have left, so that they are not issued again.

## Limits
The columns are known from `tenancy.tokens` or by their names. A tenant that was merged into another counts
as that one. Names of tenants whose rows are gone are not seen.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2, 3], "slug": ["acme", "globex", "Acme "]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants}, policy, checks=["tenancy-reused-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('tenants', ('slug',), 2, 3)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.names import words
from auditkit.relations.references import Boundary
from auditkit.relations.row_tenants import TENANT, with_tenant

_NAMES = re.compile(
    r"(?:^|_)(?:slug|subdomain|domain|host|hostname|handle|shortname|short_name|external_id|customer_number|realm)$"
)
TWICE = "auditkit_twice"


@each
def tenant_name(
    dataset: Dataset, policy: Policy, relation: Examined, boundary: Boundary
) -> tuple[Column, ...] | Missing:
    """The columns of the tenants that must name one tenant each: key, tokens, slugs, domains, numbers."""
    if relation.name != boundary.root:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not hold the tenants themselves")
    tokens = policy.tenancy.tokens if policy.tenancy is not None else ()
    columns = dataset.tables[boundary.root].columns
    return tuple(
        Column(c) for c in columns if c == boundary.root_key or c in tokens or _NAMES.search(words(c))
    )


@fact
def named_tenants(
    dataset: Dataset, relations: Relations, boundary: Boundary, tenant_name: Column
) -> ir.Table:
    """The tenants, with whether the name of each is also the name of another tenant."""
    root = dataset.tables[boundary.root]
    if tenant_name.name == boundary.root_key:
        return root.mutate(**{TWICE: root.count().over(ibis.window(group_by=[root[tenant_name.name]])) > 1})
    rows = with_tenant(dataset.tables, relations, boundary.root)
    name = rows[tenant_name.name].cast("string").strip().lower()
    within = ibis.window(group_by=[name])
    differs = rows[TENANT].min().over(within) != rows[TENANT].max().over(within)
    return rows.mutate(**{TWICE: differs & name.notnull() & (name != "")})


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def reused_key(named_tenants: ir.Table, boundary: Boundary) -> Offending:
    """Return whether the name of a tenant is also the name of another tenant."""
    return Offending(named_tenants[TWICE], confidence=boundary.confidence)

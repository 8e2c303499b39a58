"""A row's two parents belong to different tenants.

A comment hangs on a ticket of one tenant and was written by a user of another: the table has no tenant of its
own, so no policy and no key says which of the two may see it (GDPR Art. 5(1)(f), 32; Art. 33 where data was
seen).

Remedy: find out which side is right and correct the rows that the finding's SQL selects; then give the table
    the tenant as a column of
its own and carry it in both foreign keys.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...           "users": pd.DataFrame({"id": [5, 6], "tenant_id": [1, 2], "email": ["a@example.org", "b@example.org"]}),
...           "comments": pd.DataFrame({"id": [1, 2], "ticket_id": [10, 20], "author_id": [5, 5]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-diamond"])
>>> [(f.table, f.columns, f.rows) for f in audit.findings]
[('comments', ('author_id', 'ticket_id'), 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.separation import Separation, separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope, ScopeKind, pairs
from auditkit.relations.owner import PARENT_TENANT, TENANT
from auditkit.relations.pairs import Pair, pairs_of


@each
def pair(relations: Relations, relation: Examined, scope: Scope) -> tuple[Pair, ...] | Missing:
    """Every two references of a table that has its tenant from what it refers to."""
    if scope.kind is not ScopeKind.DERIVED:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} carries its own tenant")
    return pairs_of(relations, relation.name) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no two ways to a tenant"
    )


@fact
def paired(dataset: Dataset, relations: Relations, pair: Pair) -> ir.Table:
    """The rows of the table with the tenants of the two rows that a pair of its references leads to."""
    return pairs.paired(dataset.tables, relations, pair)


@fact
def pair_separation(dataset: Dataset, relations: Relations, pair: Pair, paired: ir.Table) -> Separation:
    """Whether the tenant is a boundary that two references of one row respect together."""
    return separation(dataset, relations, pair, paired)


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def diamond(paired: ir.Table, pair_separation: Separation, pair: Pair) -> Offending:
    """Return whether the tenants of the two rows that a row refers to differ."""
    return pair_separation.answer(paired[TENANT] != paired[PARENT_TENANT], paired, pair)

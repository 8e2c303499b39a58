"""Parents of one row belong to different tenants

## What it finds
Rows of a table without a tenant of its own that refer to two rows of different tenants. For example, a
comment belongs to a ticket of one tenant, and its author is a user of another.

## Why it matters
No key and no row-level policy says which of the two tenants may see such a row. So both may see it. This
breaks confidentiality (GDPR Art. 5(1)(f), 32). Where somebody saw the data, it is a personal data breach
(Art. 33).

## How to fix
Find out which side is right, and correct the rows that the SQL of the finding selects. Then give the table a
column with its tenant, and make this column part of both foreign keys.

## Limits
A person who is a member of several tenants counts as one of each of them, where the policy or the data shows
the memberships. Where tenants differ about as often as by chance, the check reports once that the tenant is
no boundary here, with low confidence.

## Example
>>> import auditkit, pandas as pd
>>> emails = ["a@example.org", "b@example.org"]
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "tickets": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...     "users": pd.DataFrame({"id": [5, 6], "tenant_id": [1, 2], "email": emails}),
...     "comments": pd.DataFrame({"id": [1, 2], "ticket_id": [10, 20], "author_id": [5, 5]}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-diamond"])
>>> [(f.table, f.columns, f.rows) for f in audit.findings]
[('comments', ('author_id', 'ticket_id'), 1)]

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
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.pairs import Pair, pairs_of, with_pair_tenants


@each
def pair(relations: Relations, relation: Examined, scope: Scope) -> tuple[Pair, ...] | Missing:
    """Every two references of a table that has its tenant from what it refers to."""
    if scope.kind is not ScopeKind.DERIVED:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} carries its own tenant")
    return pairs_of(relations, relation.name) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no two references that lead to a tenant"
    )


@fact
def crossing(dataset: Dataset, relations: Relations, pair: Pair) -> Crossing:
    """The rows of the table with the tenants of the two rows that they refer to."""
    return crossing_of(dataset, relations, pair, with_pair_tenants(dataset.tables, relations, pair))


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SAYS,
)
def diamond(crossing: Crossing) -> Offending:
    """Return whether the two rows that a row refers to belong to different tenants."""
    return crossing.offending(crossing.tenants_differ)

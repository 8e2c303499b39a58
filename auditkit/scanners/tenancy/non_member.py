"""User acts in a tenant without being a member of it

## What it finds
Rows of a tenant that name a user who is no member of that tenant: as its assignee, its author or its owner.
The memberships stand in the tables that `tenancy.membership` declares, or in a table that is clearly named
like memberships. The tenant of the user's own row counts as a membership, and staff may act in every tenant.

## Why it matters
Such a user gets the mails, the links and often the rights of a tenant that never let them in (GDPR Art.
5(1)(f), 25(2), 32).

## How to fix
Take the user off the rows that the SQL of the finding selects, or make them a member. Then let the database
enforce it: `ALTER TABLE <table> ADD FOREIGN KEY (tenant_id, <column>) REFERENCES members (tenant_id,
user_id)`.

## Limits
A membership that has ended still counts, unless the policy names its columns `from` and `until` and the row
says when it was created. Then the membership must have been valid at that time. A column that only records
who once created or changed the row, such as `created_by`, gives a finding of medium severity: people leave,
and the row stays.

## Example
>>> import auditkit, pandas as pd
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "users": pd.DataFrame({"id": [5, 6], "email": ["a@x.org", "b@x.org"]}),
...     "members": pd.DataFrame({"user_id": [5, 6], "tenant_id": [1, 2]}),
...     "tickets": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "assignee_id": [5, 6, 5]}),
... }
>>> members = "{table: members, user: user_id, tenant: tenant_id}"
>>> tenancy = f"{{root: tenants, key: tenant_id, membership: [{members}]}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {tenancy}}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-non-member"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('tickets', ('assignee_id',), 'users', 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 25(2), data protection by default
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.crossing import SAYS, Crossing, crossing_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations.actors import OUTSIDER, ActorReference, actor_references_of, with_actor_tenants
from auditkit.relations.row_tenants import PARENT_TENANT


@each
def acting(relations: Relations, relation: Examined, scope: Scope) -> tuple[ActorReference, ...] | Missing:
    """The references by which people act on the rows of a tenant's table, where memberships are known."""
    if not relations.memberships:
        return Missing(
            Cause.NOT_APPLICABLE, "no table says who is a member of which tenant (`tenancy.membership`)"
        )
    assert scope.is_tenant  # a table of no tenant is not assessed
    return tuple(actor_references_of(relations, relation.name)) or Missing(
        Cause.NOT_APPLICABLE, f"nobody acts on the rows of {relation.name}"
    )


@fact
def crossing(dataset: Dataset, relations: Relations, acting: ActorReference) -> Crossing:
    """The rows of the table with their tenant and that of the user they name; `OUTSIDER` is no member."""
    return crossing_of(dataset, relations, acting, with_actor_tenants(dataset.tables, relations, acting))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 25(2)", "GDPR 32"),
    says=SAYS + "; {members_of_none:row names|rows name} a user who is a member of no tenant",
)
def non_member(crossing: Crossing, acting: ActorReference) -> Offending:
    """Return whether the user whom a row names is no member of its tenant."""
    outsider, home = crossing.rows[OUTSIDER], crossing.rows[PARENT_TENANT]
    return crossing.offending(
        outsider,
        severity=Severity.MEDIUM if acting.is_history else None,
        members_of_none=crossing.rows.count(where=outsider & home.isnull()),
    )

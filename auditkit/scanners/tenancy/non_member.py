"""A user acts in a tenant he is no member of.

He is the assignee, the author or the owner of a row of a tenant in which nobody let him in: he gets its
mails, its links and often its rights (GDPR Art. 5(1)(f), 25(2), 32). Asked is where it stands who may act
where: the tables that `tenancy.membership` declares, or one that is clearly named so. A membership that has
ended was one, unless the policy names its columns `from` and `until` and the row says when it came to be:
then it must have lasted at that time. The tenant of the person's own row counts as one, and staff may act
everywhere.

Remedy: take the person off the rows that the finding's SQL selects, or make the membership; then let the
    database hold it:
`ALTER TABLE t ADD FOREIGN KEY (tenant_id, assignee_id) REFERENCES members (tenant_id, user_id)`.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "users": pd.DataFrame({"id": [5, 6], "email": ["a@x.org", "b@x.org"]}),
...           "members": pd.DataFrame({"user_id": [5, 6], "tenant_id": [1, 2]}),
...           "tickets": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "assignee_id": [5, 6, 5]})}
>>> told = "tenancy: {root: tenants, key: tenant_id, membership: [{table: members, user: user_id, tenant: tenant_id}]}"
>>> audit = auditkit.audit(source, auditkit.Policy.parse(f"{{version: 1, name: Demo, {told}}}"), checks=["tenancy-non-member"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('tickets', ('assignee_id',), 'users', 1)]
"""

from __future__ import annotations

from dataclasses import replace

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.separation import Separation, separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations import acting as who
from auditkit.relations.acting import OUTSIDER, Acting, acting_of
from auditkit.relations.owner import PARENT_TENANT


@each
def acting(relations: Relations, relation: Examined, scope: Scope) -> tuple[Acting, ...] | Missing:
    """The references by which people act on the rows of a tenant's table, where memberships say who may act
    where.
    """
    if not relations.memberships:
        return Missing(
            Cause.NOT_APPLICABLE, "no table says who is a member of which tenant (`tenancy.membership`)"
        )
    assert scope.is_tenant  # a table of no tenant is not assessed
    return tuple(acting_of(relations, relation.name)) or Missing(
        Cause.NOT_APPLICABLE, f"nobody acts on the rows of {relation.name}"
    )


@fact
def acted(dataset: Dataset, relations: Relations, acting: Acting) -> ir.Table:
    """The rows of the table with their tenant, that of the person who acts on them, and whether he is an
    outsider; staff is none.
    """
    return who.acted(dataset.tables, relations, acting)


@fact
def acted_separation(dataset: Dataset, relations: Relations, acting: Acting, acted: ir.Table) -> Separation:
    """Whether membership is a boundary that those who act on the rows of a table respect."""
    return separation(dataset, relations, acting, acted)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25(2)", "GDPR 32"))
def non_member(acted: ir.Table, acted_separation: Separation, acting: Acting) -> Offending:
    """Return whether the person whom a row names is no member of its tenant; who only once made or changed it
    weighs less.
    """
    outsider = acted[OUTSIDER]
    answer = acted_separation.answer(outsider, acted, acting)
    nowhere = acted.count(where=outsider & acted[PARENT_TENANT].isnull())
    severity = answer.severity or (Severity.MEDIUM if acting.is_history else None)
    return replace(answer, detail={**answer.detail, "members_of_none": nowhere}, severity=severity)

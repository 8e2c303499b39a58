"""A reference by type and key points into another tenant.

`item_type` and `item_id` together mean a row, and no foreign key can be declared over them: nothing in the
database keeps such a pair within its tenant (GDPR Art. 5(1)(f), 32; Art. 33 where data was seen). Types mean
tables by their names; types that name none are counted in `detail` and not assessed.

Remedy: find out which side is right and correct the rows that the finding's SQL selects; then give each type
    a column of its own, with
`FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id)` and `CHECK (num_nonnulls(ticket_id,
invoice_id) = 1)`.

>>> import auditkit, pandas as pd
>>> likes = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 1, 2], "item_type": ["Ticket"] * 3, "item_id": [10, 20, 20]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}), "likes": likes}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-polymorphic-reference"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('likes', ('item_type', 'item_id'), 'tickets', 1, 3)]
"""

from __future__ import annotations

from dataclasses import replace

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.separation import Separation, separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope, polymorphic
from auditkit.relations.owner import PARENT_TENANT, TENANT
from auditkit.relations.polymorphic import Polymorphic, polymorphic_of
from auditkit.relations.references import OF_A_TENANT


@each
def typed_link(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Polymorphic, ...] | Missing:
    """The references of a tenant's table by type and key (`item_type`, `item_id`), one for each table that
    the types name.
    """
    if scope.kind not in OF_A_TENANT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} is no table of a tenant's rows: {scope.evidence}"
        )
    found = tuple(polymorphic_of(dataset, relations, relation.name))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no reference by type and key to a tenant's table"
    )


@fact
def pointed(dataset: Dataset, relations: Relations, typed_link: Polymorphic) -> ir.Table:
    """The rows of one type with their own tenant and the tenant of the row that type and key mean."""
    return polymorphic.pointed(dataset.tables, relations, typed_link)


@fact
def pointed_separation(
    dataset: Dataset, relations: Relations, typed_link: Polymorphic, pointed: ir.Table
) -> Separation:
    """Whether the tenant is a boundary that the rows of one type respect."""
    return separation(dataset, relations, typed_link, pointed)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def polymorphic_reference(
    pointed: ir.Table, pointed_separation: Separation, typed_link: Polymorphic
) -> Offending:
    """Return whether a row's tenant differs from that of the row which its type and key mean."""
    answer = pointed_separation.answer(pointed[TENANT] != pointed[PARENT_TENANT], pointed, typed_link)
    unknown = {
        "unknown_types": typed_link.unknown_types,
        "unknown_rows": typed_link.unknown_rows,
    }
    return replace(answer, detail={**answer.detail, **unknown})

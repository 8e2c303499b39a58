"""Polymorphic reference crosses tenants

## What it finds
Rows with a pair of columns such as `item_type` and `item_id` that means a row of another tenant. The value
of the type means a table by its name.

## Why it matters
No foreign key can be declared over such a pair, so nothing in the database keeps it inside its tenant. This
breaks confidentiality (GDPR Art. 5(1)(f), 32). Where somebody saw the data, it is a personal data breach
(Art. 33).

## How to fix
Find out which side is right, and correct the rows that the SQL of the finding selects. Then give each type
its own column, with `FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id)` and `CHECK
(num_nonnulls(ticket_id, invoice_id) = 1)`.

## Limits
Types that name no table are counted in the details and are not assessed. Where tenants differ about as often
as by chance, the check reports once that the tenant is no boundary here, with low confidence.

## Example
>>> import auditkit, pandas as pd
>>> likes = pd.DataFrame({
...     "id": [1, 2, 3], "tenant_id": [1, 1, 2], "item_type": ["Ticket"] * 3, "item_id": [10, 20, 20],
... })
>>> tickets = pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": tickets, "likes": likes}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-polymorphic-reference"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('likes', ('item_type', 'item_id'), 'tickets', 1, 3)]

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
from auditkit.relations import Relations, Scope, Tables
from auditkit.relations.polymorphic import Polymorphic, polymorphic_of, with_target_tenants
from auditkit.relations.references import OF_A_TENANT


@each
def typed_link(
    keys: Tables, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Polymorphic, ...] | Missing:
    """The references of a tenant's table by type and key, one for each table that the types name."""
    if scope.kind not in OF_A_TENANT:
        return Missing(
            Cause.NOT_APPLICABLE, f"the rows of {relation.name} do not belong to one tenant: {scope.evidence}"
        )
    found = tuple(polymorphic_of(keys, relations, relation.name))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no reference by type and key to a tenant's table"
    )


@fact
def crossing(dataset: Dataset, relations: Relations, typed_link: Polymorphic) -> Crossing:
    """The rows of one type with their own tenant and the tenant of the row that type and key mean."""
    return crossing_of(
        dataset, relations, typed_link, with_target_tenants(dataset.tables, relations, typed_link)
    )


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SAYS
    + "; {unknown_types:type names|types name} no table; {unknown_rows:row has|rows have} such a type",
)
def polymorphic_reference(crossing: Crossing, typed_link: Polymorphic) -> Offending:
    """Return whether a row and the row that its type and key mean have different tenants."""
    return crossing.offending(
        crossing.tenants_differ,
        unknown_types=typed_link.unknown_types,
        unknown_rows=typed_link.unknown_rows,
    )

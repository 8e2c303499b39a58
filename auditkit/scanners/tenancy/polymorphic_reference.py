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

from auditkit.check import Offending, check
from auditkit.facts.separation import Separation
from auditkit.outcome import Severity
from auditkit.relations.owner import PARENT_TENANT, TENANT
from auditkit.relations.polymorphic import Polymorphic


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"))
def polymorphic_reference(
    pointed: ir.Table, pointed_separation: Separation, polymorphic_reference: Polymorphic
) -> Offending:
    """Return whether a row's tenant differs from that of the row which its type and key mean."""
    answer = pointed_separation.answer(
        pointed[TENANT] != pointed[PARENT_TENANT], pointed, polymorphic_reference
    )
    unknown = {
        "unknown_types": polymorphic_reference.unknown_types,
        "unknown_rows": polymorphic_reference.unknown_rows,
    }
    return replace(answer, detail={**answer.detail, **unknown})

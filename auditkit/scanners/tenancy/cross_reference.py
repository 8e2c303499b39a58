"""A row refers to another tenant's row.

A foreign key does not see tenants: in PostgreSQL it even passes by row-level security, so that a session of
one tenant can hang its row on another's, read what it points to, and lose it when the other tenant deletes
(GDPR Art. 5(1)(f), 32; Art. 33 where data was seen).

Remedy: find out which side is right, correct or erase the rows that the finding's SQL selects, then make it
    impossible:
`ALTER TABLE parent ADD UNIQUE (tenant_id, id)` and `ALTER TABLE child ADD FOREIGN KEY (tenant_id, parent_id)
REFERENCES parent (tenant_id, id)`. Where the tenant is no boundary for this reference, say so in the policy
(`tenancy.shared`).

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...           "tasks": pd.DataFrame({"id": [100, 200], "tenant_id": [1, 1], "project_id": [10, 20]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-cross-reference"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.tenancy.separation import Separation
from auditkit.outcome import Severity
from auditkit.relations import Reference
from auditkit.relations.owner import PARENT_TENANT, TENANT


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def cross_reference(linked: ir.Table, separation: Separation, reference: Reference) -> Offending:
    """Return whether a row's tenant differs from that of the row it refers to; a row without one counts
    elsewhere.

    Where half of all rows differ as by chance the tenant is no boundary for this reference: that is said
    once, and is no leak.
    """
    crosses = linked[TENANT] != linked[PARENT_TENANT]
    return separation.answer(crosses, linked, reference)

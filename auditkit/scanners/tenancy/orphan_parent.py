"""A reference leads to no row.

What the row belonged to is gone, so nothing tells its tenant any more, and no erasure that follows references
reaches it; when the number is issued again, the row hangs on a stranger's (GDPR Art. 5(1)(d), 5(1)(f), 17).
Zero and empty text stand for nothing and are not counted.

Remedy: erase the rows that the finding's SQL selects or give them their parent back, then
`ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id) NOT VALID` and `VALIDATE CONSTRAINT`.
Never issue a key twice.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...           "tasks": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "project_id": [10, 20, 77]})}
>>> policy = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}, tables: {tasks: {references: {project_id: projects.id}}}}"
>>> audit = auditkit.audit(source, auditkit.Policy.parse(policy), checks=["tenancy-orphan-parent"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["values"]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.resolved import ORPHAN
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Reference


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 17"))
def orphan_parent(resolved: ir.Table, any_reference: Reference, resolution: Confidence) -> Offending:
    """Return whether a row names a parent that is not there."""
    orphan = resolved[ORPHAN]
    values = resolved[any_reference.columns[0]].nunique(where=orphan)
    return Offending(
        orphan, detail={"values": values, "reference": any_reference.origin.value}, confidence=resolution
    )

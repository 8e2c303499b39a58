"""One stored object belongs to two tenants.

Two tenants' rows name the same file: when one of them deletes or replaces it, the other loses or receives
what is not its own, and the erasure of one leaves the file with the other (GDPR Art. 5(1)(f), 17, 32). An
object that more than five tenants name is a default picture or another asset of everybody, and a bare file
name is no key.

Remedy: copy the object for one of the tenants whose rows the finding's SQL selects and correct the row; build
    keys from the tenant and a
random part, and `CREATE UNIQUE INDEX ON files (object_key)`.

>>> import auditkit, pandas as pd
>>> files = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "object_key": ["up/9f.pdf", "up/9f.pdf", "up/c2.pdf"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "files": files}, policy, checks=["tenancy-shared-object"])
>>> [(f.table, f.columns, f.rows, f.detail["objects"]) for f in audit.findings]
[('files', ('object_key',), 2, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check
from auditkit.facts.personal_column import Column
from auditkit.facts.stored_objects import EVERYBODY, HOLDERS
from auditkit.outcome import Confidence, Severity
from auditkit.relations.owner import TENANT


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 17", "GDPR 32"))
def shared_object(stored_objects: ir.Table, object_column: Column, object_sharing: Confidence) -> Offending:
    """Return whether a row names an object that another tenant's row names, too."""
    shared = stored_objects[HOLDERS].between(2, EVERYBODY)
    detail = {"objects": stored_objects[object_column.name].nunique(where=shared)}
    between = Between(stored_objects[TENANT], shared=stored_objects[object_column.name].strip())
    return Offending(shared, detail, confidence=object_sharing, between=between)

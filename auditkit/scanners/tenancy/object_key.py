"""A storage path lies under another tenant.

The row belongs to one tenant, its file lies in the folder of another: whoever lists or erases that folder
sees or destroys what is not theirs, and the row's own tenant is served a stranger's file (GDPR Art. 5(1)(f),
32; Art. 33 where data was seen).

Remedy: find out whether the row or the path is wrong, move the object or correct the row; build paths from
    the tenant of the row alone,
and let the store refuse a path outside the caller's own prefix.

>>> import auditkit, pandas as pd
>>> files = [(1, f"uploads/acme-corp/{n}.pdf") for n in range(12)] + [(1, "uploads/globex-ag/12.pdf")]
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme-corp", "globex-ag"]}),
...           "files": pd.DataFrame(files, columns=["tenant_id", "object_key"])}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-object-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('files', ('object_key',), 1, 13)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def object_key(mentions: ir.Table) -> ir.Table:
    """Return the columns of storage paths in which some name another tenant where the rest name their own."""
    return mentions.filter((mentions.kind == "path") & (mentions.rows > 0)).select(
        "table", "column", "rows", "of"
    )

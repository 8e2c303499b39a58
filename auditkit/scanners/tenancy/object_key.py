"""File stored under another tenant's path

## What it finds
Storage paths that name another tenant than their row, in a column whose paths otherwise name the tenant of
their row at one place.

## Why it matters
The row belongs to one tenant, and its file lies in the folder of another. Whoever lists or erases that
folder sees or destroys a file that is not theirs, and the tenant of the row receives the file of a stranger
(GDPR Art. 5(1)(f), 32). Where somebody saw the data, it is a personal data breach (Art. 33).

## How to fix
Find out whether the row or the path is wrong. Move the object, or correct the row. Build each path from the
tenant of the row alone, and let the store refuse a path outside the prefix of the caller.

## Limits
The check compares the paths in the rows. It does not list the object store.

## Example
>>> import auditkit, pandas as pd
>>> files = [(1, f"uploads/acme-corp/{n}.pdf") for n in range(12)] + [(1, "uploads/globex-ag/12.pdf")]
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme-corp", "globex-ag"]}),
...     "files": pd.DataFrame(files, columns=["tenant_id", "object_key"]),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-object-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('files', ('object_key',), 1, 13)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def object_key(mentions: ir.Table) -> ir.Table:
    """Return the columns of storage paths in which some paths name another tenant and the rest their own."""
    found = mentions.filter((mentions.kind == "path") & (mentions.rows > 0))
    return found.select("table", "column", "rows", "of")

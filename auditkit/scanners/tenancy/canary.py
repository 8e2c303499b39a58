"""A canary of one tenant stands in another's rows.

A canary is a made-up word that was written into one tenant's data and nowhere else: wherever it turns up,
data of that tenant has come, however it did (GDPR Art. 5(1)(f), 32(1)(d), 33). It is the only check of
isolation that needs no guess. Canaries are a column of the tenants, or a table with a tenant, that is called
`canary`.

Remedy: find out how the rows that hold it came there (an export, a cache, a restored backup, a shared index),
    correct or erase them, and
assess the breach (Art. 33(3)). To plant canaries: `ALTER TABLE tenants ADD COLUMN canary text DEFAULT
'canary-' || gen_random_uuid()`, and write each into a few rows of its tenant.

>>> import auditkit, pandas as pd
>>> notes = pd.DataFrame({"tenant_id": [1, 2, 2], "body": ["kite-31f9", "wren-77a0", "from kite-31f9"]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "canary": ["kite-31f9", "wren-77a0"]}), "notes": notes}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-canary"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('notes', ('body',), 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)", "GDPR 33"))
def canary(canary_mentions: ir.Table) -> ir.Table:
    """Return the columns of text in which another tenant's canary stands."""
    return canary_mentions.filter(canary_mentions.rows > 0)

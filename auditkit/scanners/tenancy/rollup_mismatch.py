"""What is kept as the total of a tenant is not what its rows come to.

Where the totals of nearly all tenants agree with their rows, and a few have too many by just as much as
others have too few, rows have moved from one tenant to another after they were counted: the one misses them,
the other reads them, and each pays the other's bill (GDPR Art. 5(1)(d) and (f), 32). A total is told by its
name (`tickets`, `ticket_count`, `total_amount`) and by its agreeing with the rows, all or those that are not
marked as deleted.

What this cannot tell: whether rows were moved on purpose and the totals not yet counted anew. Totals that are
late, in another currency, or of rows that have been purged since are off in the sum over all tenants, too;
such a table is not assessed.

Remedy: find what the tenants that the finding's SQL selects have exchanged, in a backup from before or in the
    log of changes; give the rows
back to their tenant, or count anew where the move was meant.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": range(1, 13), "ticket_count": range(1, 13)})
>>> tickets = pd.DataFrame({"tenant_id": [t for t in range(1, 13) for _ in range(t + {4: -2, 9: 2}.get(t, 0))]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants, "tickets": tickets}, policy, checks=["tenancy-rollup-mismatch"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["moved"]) for f in audit.findings]
[('tenants', ('ticket_count',), 'tickets', 2, 2)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.totals import OFF
from auditkit.outcome import Confidence, Severity


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"),
)
def rollup_mismatch(reconciled: ir.Table) -> Offending:
    """Return whether a tenant's stored total differs from its rows, where the sum over all tenants does
    not.
    """
    off = reconciled[OFF]
    return Offending(off != 0, detail={"moved": off.sum(where=off > 0).fill_null(0)})

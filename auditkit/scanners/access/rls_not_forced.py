"""Row-level security does not bind the owner of the table, and the application has the owner's rights.

PostgreSQL leaves a table's owner, and every role that inherits from it, out of the table's policies unless
they are forced: for them it is as if there were none (GDPR Art. 25, 32(1)(b)). Where the policy does not name
the roles of the application, every role counts that logs in and has the owner's rights, and the finding is
less sure.

Remedy: `ALTER TABLE t FORCE ROW LEVEL SECURITY` (in `detail.ddl`); better, let a role own the table that
    nobody logs in as.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-not-forced"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def rls_not_forced(owner_escape: ir.Table) -> ir.Table:
    """Return the table where its owner is not bound and somebody who counts has its rights."""
    found = owner_escape
    return found.filter(~found.forced & found.owner_logs_in).drop("forced", "owner_logs_in")

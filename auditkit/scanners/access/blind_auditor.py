"""The audit cannot see all of what it audits.

Row-level security, a missing right or an unreadable file hides rows from the audit; what is counted on the
rest is no proof of anything (GDPR Art. 5(2)). Every check on such a table is not assessed, never passed.

Remedy: run the audit as a role that may read every table and column, with BYPASSRLS where row-level security
    is on, and nothing else; or
exclude the table in the policy, with the reason.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-blind-auditor"])
>>> [o.verdict for o in audit.outcomes]
['passed']
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def blind_auditor(visibility: ir.Table) -> ir.Table:
    """Return the relations that cannot be read, or not in full."""
    return visibility.mutate(closed_columns=visibility.closed_columns.nullif(0))

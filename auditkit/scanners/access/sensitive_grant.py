"""A role of low trust may read personal data of high sensitivity.

Special categories, criminal records, credentials, payment data and government ids harm people when they get
out; a role that anonymous visitors or an API use has no need of them (GDPR Art. 25(2), 32(1)(b)). Which roles
these are the policy says by `roles.low_trust`; which columns, the policy, and what was detected in them. The
right may come through PUBLIC or another role (`detail.through`). A table whose row policies show the role no
row is none that it may read.

Remedy: grant columns instead of the table; the statements are in `detail.ddl`: `REVOKE SELECT ON users FROM
    anon; GRANT SELECT (id, name)
ON users TO anon`. Where the right stands on a whole schema of MySQL, it is taken there, and other tables are
granted one by one.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-sensitive-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 25(2)", "GDPR 32(1)(b)"))
def sensitive_grant(low_trust_reads: ir.Table) -> ir.Table:
    """Return the roles of low trust that may read the column."""
    return low_trust_reads

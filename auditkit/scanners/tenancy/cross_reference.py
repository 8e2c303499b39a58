"""Foreign key crosses tenants

## What it finds
Rows that refer to a row of another tenant. The reference is a foreign key, or one that the policy names, or
one that auditkit infers from names and data. Rows without a tenant are left to `tenancy-missing-key`.

## Why it matters
A foreign key does not know about tenants, and PostgreSQL checks it without row-level security. So a session
of one tenant can attach its row to a row of another, read what that row points to, and lose its own row when
the other tenant deletes. This breaks confidentiality (GDPR Art. 5(1)(f), 32). Where somebody saw the data,
it is a personal data breach (Art. 33).

## How to fix
Find out which side is right, and correct or erase the rows that the SQL of the finding selects. Then make the
fault impossible: `ALTER TABLE <target> ADD UNIQUE (tenant_id, id)` and `ALTER TABLE <table> ADD FOREIGN KEY
(tenant_id, <column>) REFERENCES <target> (tenant_id, id)`. Where tenants share the rows on purpose, declare
the table in `tenancy.shared`.

## Limits
Where the two tenants of a row differ about as often as by chance, the tenant is no boundary for this
reference. The check then reports that once, with low confidence, and not as a leak.

## Example
>>> import auditkit, pandas as pd
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...     "tasks": pd.DataFrame({"id": [100, 200], "tenant_id": [1, 1], "project_id": [10, 20]}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-cross-reference"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
- CWE-639, authorization bypass through a user-controlled key
"""

from __future__ import annotations

from auditkit.check import Offending, check
from auditkit.facts.tenancy.crossing import SAYS, Crossing
from auditkit.outcome import Severity


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SAYS,
)
def cross_reference(reference_crossing: Crossing) -> Offending:
    """Return whether a row and the row that it refers to have different tenants."""
    return reference_crossing.offending(reference_crossing.tenants_differ)

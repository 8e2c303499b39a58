"""A slug, a domain or a key names two tenants.

Whoever is found by a name is found by both: links, mails, logins and cached pages of the one reach the other.
A name that was issued again after its tenant had left is the same fault, for what still carries the name is
now the new tenant's (GDPR Art. 5(1)(f), 32).

Remedy: rename one of the tenants that the finding's SQL selects, then `CREATE UNIQUE INDEX ON tenants
    (lower(slug))`. Keep the names of
tenants that have left, so that they are not issued again.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2, 3], "slug": ["acme", "globex", "Acme "]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants}, policy, checks=["tenancy-reused-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('tenants', ('slug',), 2, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.named_tenants import TWICE
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Origin, Relations


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def reused_key(named_tenants: ir.Table, relations: Relations) -> Offending:
    """Return whether what names a tenant names another one, too."""
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    return Offending(named_tenants[TWICE], confidence=Confidence.HIGH if stated else Confidence.MEDIUM)

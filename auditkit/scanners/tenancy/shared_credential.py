"""Two tenants use the same key, token or password.

Whoever holds one tenant's credential holds the other's; neither can be revoked alone, and no log tells the
two apart (GDPR Art. 5(1)(f), 32).

Remedy: issue a credential for each tenant, revoke the shared one, and let the column be unique.

>>> import auditkit, pandas as pd
>>> keys = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "secret_hash": ["9f2c", "9f2c", "77aa"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "api_keys": keys}, policy, checks=["tenancy-shared-credential"])
>>> [(f.table, f.columns, f.rows, f.detail["values"]) for f in audit.findings]
[('api_keys', ('secret_hash',), 2, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check
from auditkit.facts.personal_column import Column
from auditkit.facts.shared_values import SHARED
from auditkit.outcome import Severity
from auditkit.relations.owner import TENANT


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32"))
def shared_credential(shared_values: ir.Table, credential_column: Column) -> Offending:
    """Return whether a row's credential stands in a row of another tenant too."""
    shared, value = shared_values[SHARED], shared_values[credential_column.name]
    return Offending(
        shared,
        detail={"values": value.nunique(where=shared)},
        between=Between(shared_values[TENANT], shared=value),
    )

"""A key belongs to no tenant.

The table of keys carries no tenant, a key's tenant is empty, or the key is bound to a person who is a member
of several tenants: whoever holds it acts wherever the code that checks it happens to look (GDPR Art. 5(1)(f),
25(2), 32). Passwords are a person's, sessions and reset links pass: these are not looked at. A table of keys
of the platform itself is declared in `tenancy.shared`.

Remedy: revoke the keys that the finding's SQL selects and issue one for each tenant: `ALTER TABLE api_keys
    ADD COLUMN tenant_id bigint
REFERENCES tenants (id)`, fill it, `ALTER TABLE api_keys ALTER COLUMN tenant_id SET NOT NULL`; take the tenant
of a request from its key.

>>> import auditkit, pandas as pd
>>> keys = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, None], "secret_hash": ["9f2c", "77aa", "b01d"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "api_keys": keys}, policy, checks=["tenancy-unbound-credential"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('api_keys', ('secret_hash',), 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.personal_column import Column
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Origin, Relations
from auditkit.relations.owner import TENANT


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25(2)", "GDPR 32"))
def unbound_credential(bound: ir.Table, key_column: Column, relations: Relations) -> Offending:
    """Return whether a row holds a key and is bound to no tenant, or to more than one."""
    key = bound[key_column.name]
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    unbound = key.notnull() & (key.strip() != "") & bound[TENANT].isnull()
    return Offending(unbound, confidence=Confidence.HIGH if stated else Confidence.MEDIUM)

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

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each, fact
from auditkit.facts.column import Column
from auditkit.facts.credentials import credentials
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Scope
from auditkit.relations.owner import TENANT


@each
def credential_column(relation: Examined, scope: Scope) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that hold credentials or their hashes, told by their names."""
    assert (
        scope.is_tenant and relation.table is not None
    )  # a table that belongs to no tenant has no scope to ask for
    return tuple(Column(c) for c in credentials(relation.table)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a credential"
    )


SHARED = "auditkit_shared"
NO_CREDENTIAL = (
    "", "!", "!!", "*", "**", "***", "****", "*****", "******", "********", "-", "--", "x", "xx", "xxx",
    "xxxx", "n/a", "na", "none", "null", "nil", "undefined", "unset", "unused", "disabled", "locked",
    "revoked", "deleted", "removed", "redacted", "[redacted]", "<redacted>", "ldap", "saml", "sso", "oauth",
    "oauth2", "oidc", "google", "github", "azure", "external", "invalid", "no password",
)  # fmt: skip
"""What stands where there is no credential: a lock of crypt(3), a mask, the name of who signs people in."""


@fact
def shared_values(tenanted: ir.Table, credential_column: Column) -> ir.Table:
    """The rows of the table, with whether another tenant's row holds the same value in a column of
    credentials.

    What stands where there is no credential is none.
    """
    within = ibis.window(group_by=[tenanted[credential_column.name]])
    tenant = tenanted[TENANT]
    value = tenanted[credential_column.name]
    differs = tenant.min().over(within) != tenant.max().over(within)
    return tenanted.mutate(**{SHARED: differs & value.notnull() & value.strip().lower().notin(NO_CREDENTIAL)})


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32"))
def shared_credential(shared_values: ir.Table, credential_column: Column) -> Offending:
    """Return whether a row's credential stands in a row of another tenant too."""
    shared, value = shared_values[SHARED], shared_values[credential_column.name]
    return Offending(
        shared,
        detail={"values": value.nunique(where=shared)},
        between=Between(shared_values[TENANT], shared=value),
    )

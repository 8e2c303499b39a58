from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.personal_column import Column
from auditkit.relations.owner import TENANT

SHARED = "auditkit_shared"
NO_CREDENTIAL = (
    "", "!", "!!", "*", "**", "***", "****", "*****", "******", "********", "-", "--", "x", "xx", "xxx",
    "xxxx", "n/a", "na", "none", "null", "nil", "undefined", "unset", "unused", "disabled", "locked",
    "revoked", "deleted", "removed", "redacted", "[redacted]", "<redacted>", "ldap", "saml", "sso", "oauth",
    "oauth2", "oidc", "google", "github", "azure", "external", "invalid", "no password",
)  # fmt: skip
"""What stands where there is no credential: a lock of crypt(3), a mask, the name of who signs people in."""


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

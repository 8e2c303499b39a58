"""Credential shared by two tenants

## What it finds
Keys, tokens and passwords, or their hashes, that stand in rows of more than one tenant.

## Why it matters
Whoever holds the credential of one tenant holds that of the other. Nobody can revoke one of them alone, and
no log shows which of the two tenants acted (GDPR Art. 5(1)(f), 32).

## How to fix
Issue a credential for each tenant, revoke the shared one, and make the column unique.

## Limits
The columns are known by their names. What stands where there is no credential, such as `*`, `disabled` or
`ldap`, does not count. Salted hashes of one password differ, so the check cannot see that two tenants chose
the same.

## Example
>>> import auditkit, pandas as pd
>>> hashes = ["9f2c", "9f2c", "77aa"]
>>> keys = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "secret_hash": hashes})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "api_keys": keys}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-shared-credential"])
>>> [(f.table, f.columns, f.rows, f.detail["values"]) for f in audit.findings]
[('api_keys', ('secret_hash',), 2, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
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
from auditkit.relations.row_tenants import TENANT

SHARED = "auditkit_shared"
NO_CREDENTIAL = (
    "", "!", "!!", "*", "**", "***", "****", "*****", "******", "********", "-", "--", "x", "xx", "xxx",
    "xxxx", "n/a", "na", "none", "null", "nil", "undefined", "unset", "unused", "disabled", "locked",
    "revoked", "deleted", "removed", "redacted", "[redacted]", "<redacted>", "ldap", "saml", "sso", "oauth",
    "oauth2", "oidc", "google", "github", "azure", "external", "invalid", "no password",
)  # fmt: skip
"""What stands where there is no credential: a lock of crypt(3), a mask, the name of an identity provider."""


@each
def credential_column(relation: Examined, scope: Scope, rows: ir.Table) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that are named like credentials or their hashes."""
    assert scope.is_tenant  # a table of no tenant is not assessed
    return tuple(map(Column, credentials(relation.name, rows))) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a credential"
    )


@fact
def shared_values(tenanted: ir.Table, credential_column: Column) -> ir.Table:
    """The rows of the table, with whether a row of another tenant holds the same credential."""
    within = ibis.window(group_by=[tenanted[credential_column.name]])
    tenant, value = tenanted[TENANT], tenanted[credential_column.name]
    differs = tenant.min().over(within) != tenant.max().over(within)
    return tenanted.mutate(**{SHARED: differs & value.notnull() & value.strip().lower().notin(NO_CREDENTIAL)})


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32"),
    says="{values:credential} in rows of several tenants",
)
def shared_credential(shared_values: ir.Table, credential_column: Column) -> Offending:
    """Return whether the credential of a row also stands in a row of another tenant."""
    shared, value = shared_values[SHARED], shared_values[credential_column.name]
    detail = {"values": value.nunique(where=shared)}
    return Offending(shared, detail, between=Between(shared_values[TENANT], shared=value))

"""Row-level security not forced on the table owner

## What it finds
Tables whose row policies do not bind the owner of the table, where the application has the rights of the
owner.

## Why it matters
PostgreSQL exempts the owner of a table, and every role that inherits from it, from the row policies unless
they are forced. For these roles the table has no row-level security at all (GDPR Art. 25, 32(1)(b)).

## How to fix
Run `ALTER TABLE <table> FORCE ROW LEVEL SECURITY`. Better still, let a role own the table that nobody logs in
as.

## Limits
Where the policy does not name the roles of the application, every role counts that logs in and has the rights
of the owner. The confidence is then medium.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-not-forced"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import PUBLIC, Rights
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.outcome import Confidence, Severity
from auditkit.policy import Policy
from auditkit.row_security.roles import declares_strangers

SCHEMA = pa.schema(
    [
        ("forced", pa.bool_()),
        ("owner", pa.string()),
        ("roles", pa.string()),
        ("confidence", pa.string()),
        ("sensitive", pa.bool_()),
        ("ddl", pa.string()),
    ]
)
_ROLES_SHOWN = 5


@fact
def owner_escape(server: Server, secured_table: ServerTable, policy: Policy) -> ir.Table:
    """Whether row-level security binds the owner of a table, and which roles have its rights: one row.

    `roles` are those of the application where the policy names them, or else those that log in. Roles that
    bypass row-level security anyway do not count.
    """
    rights, relation = server.rights, server.rights.relations[secured_table.name]
    owners = [
        role
        for role in _candidates(rights, policy, relation.owner)
        if role != PUBLIC
        and relation.owner in rights.holds(role)
        and not (rights.roles[role].administers or rights.roles[role].bypasses)
    ]
    row = {
        "forced": relation.forced,
        "owner": relation.owner,
        "roles": ", ".join(sorted(owners)[:_ROLES_SHOWN]) or None,
        "confidence": str(Confidence.HIGH if declares_strangers(rights, policy) else Confidence.MEDIUM),
        "sensitive": declares_sensitive(policy, secured_table.name),
        "ddl": f"ALTER TABLE {relation.sql} FORCE ROW LEVEL SECURITY",
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _candidates(rights: Rights, policy: Policy, owner: str) -> tuple[str, ...]:
    """Return the roles of the application and of low trust; where none is declared, those that log in.

    The role of the audit counts only as the owner of the table: then the application may have no other role.
    """
    roles = policy.roles
    if roles is not None and declares_strangers(rights, policy):
        return rights.called((*roles.application, *roles.low_trust))
    trusted = set(rights.called(roles.administrator)) if roles is not None else set()
    auditing = {rights.role} - {owner}
    return tuple(
        role.name
        for role in rights.roles.values()
        if role.logs_in and not role.built_in and role.name not in trusted | auditing
    )


@check(
    severity=Severity.HIGH,
    articles=("GDPR 25", "GDPR 32(1)(b)"),
    says="owner: {owner}; roles with the rights of the owner: {roles}",
)
def rls_not_forced(owner_escape: ir.Table) -> ir.Table:
    """Return the table where its policies do not bind the owner, and a role has the rights of the owner."""
    return owner_escape.filter(~owner_escape.forced & owner_escape.roles.notnull()).drop("forced")

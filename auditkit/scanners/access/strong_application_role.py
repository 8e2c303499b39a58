"""Application role with more rights than its job needs

## What it finds
Roles of the application that administer the server, bypass row-level security, may create roles, or own
tables of tenants. On MySQL and MariaDB, a role that may alter or drop a table counts as its owner.

## Why it matters
Row-level security does not bind a superuser, a role with BYPASSRLS or the owner of a table. A role that may
create roles can make itself one of these. A single injected statement then reads the rows of every tenant
(GDPR Art. 25, 32(1)(b)).

## How to fix
Let another role own the tables, and make the role of the application an ordinary one. Run the statements of
the finding: `ALTER ROLE app NOSUPERUSER NOBYPASSRLS NOCREATEROLE`, `ALTER TABLE t OWNER TO app_owner` and
`GRANT SELECT, INSERT, UPDATE, DELETE ON t TO app`. Run migrations as the owner from then on.

## Limits
The check looks at the roles that the policy declares as `roles.application`. What such a role can become by
its memberships is found by `access-bypass-path`.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-strong-application-role"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset.rights import Rights
from auditkit.dataset.sql import identifier
from auditkit.facts.access.server import Server
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations

SCHEMA = pa.schema(
    [
        ("administers", pa.bool_()),
        ("bypasses_row_security", pa.bool_()),
        ("creates_roles", pa.bool_()),
        ("owned_tables", pa.int64()),
        ("owned", pa.string()),
        ("ddl", pa.string()),
    ]
)
_LIKE_AN_OWNER = frozenset({"ALTER", "DROP", "GRANT OPTION"})
"""The privileges of an owner, where the server knows no owner of a table."""
_TABLES_SHOWN = 5


@dataclass(frozen=True)
class ApplicationRole(Item, target="name"):
    """A role as which the application connects."""

    name: str
    missing: Missing | None = None


@each
def application_role(server: Server, policy: Policy) -> tuple[ApplicationRole, ...] | Missing:
    """The roles as which the application connects, by the policy's `roles.application`."""
    roles, rights = policy.roles, server.rights
    if roles is None or not roles.application:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say as which roles the application connects: declare `roles.application`",
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    known = [ApplicationRole(name) for name in rights.called(roles.application)]
    unknown = [
        ApplicationRole(name, server.lacks(name)) for name in roles.application if not rights.called([name])
    ]
    return (*known, *unknown)


@fact
def role_strength(
    server: Server, application_role: ApplicationRole, catalogue_relations: Relations
) -> ir.Table:
    """The rights that a role of the application does not need, one row, with the statements against them."""
    rights, name = server.rights, application_role.name
    role, scopes = rights.roles[name], catalogue_relations.scopes
    owned = [
        table
        for table in rights.relations
        if _owns(rights, name, table) and table in scopes and scopes[table].is_tenant
    ]
    row = {
        "administers": role.administers,
        "bypasses_row_security": role.bypasses,
        "creates_roles": role.creates_roles,
        "owned_tables": len(owned),
        "owned": ", ".join(sorted(owned)[:_TABLES_SHOWN]) or None,
        "ddl": "; ".join(_weakened(rights, name, owned)) or None,
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _owns(rights: Rights, role: str, table: str) -> bool:
    if rights.has_row_security:
        return rights.relations[table].owner == role
    return any(grant.grantee == role for grant in rights.through(role, _LIKE_AN_OWNER, table))


def _weakened(rights: Rights, name: str, owned: list[str]) -> list[str]:
    """Return the statements that make a role an ordinary one."""
    if rights.has_row_security:
        return [*_without_attributes(rights, name), *_with_another_owner(rights, name, owned)]
    return [*_without_grants(rights, name), *_without_global_grants(rights, name)]


def _without_attributes(rights: Rights, name: str) -> list[str]:
    role = rights.roles[name]
    attributes = {
        "NOSUPERUSER": role.administers,
        "NOBYPASSRLS": role.bypasses,
        "NOCREATEROLE": role.creates_roles,
    }
    needed = [attribute for attribute, is_needed in attributes.items() if is_needed]
    return [f"ALTER ROLE {identifier(name)} {' '.join(needed)}"] if needed else []


def _with_another_owner(rights: Rights, name: str, owned: list[str]) -> list[str]:
    owner = f"{name}_owner"
    statements = [f"CREATE ROLE {identifier(owner)} NOLOGIN"] if owned and owner not in rights.roles else []
    for table in owned:
        sql = rights.relations[table].sql
        statements += [
            f"ALTER TABLE {sql} OWNER TO {identifier(owner)}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {sql} TO {identifier(name)}",
        ]
    return statements


def _without_grants(rights: Rights, name: str) -> list[str]:
    granted = {
        (grant.on, grant.privilege)
        for table in rights.relations
        for grant in rights.through(name, _LIKE_AN_OWNER, table)
        if grant.grantee == name
    }
    return [f"REVOKE {privilege} ON {on} FROM {name}" for on, privilege in sorted(granted)]


def _without_global_grants(rights: Rights, name: str) -> list[str]:
    role = rights.roles[name]
    privileges = {"SUPER": role.administers, "CREATE USER": role.creates_roles}
    return [f"REVOKE {privilege} ON *.* FROM {name}" for privilege, has_it in privileges.items() if has_it]


@check(
    severity=Severity.HIGH,
    articles=("GDPR 25", "GDPR 32(1)(b)"),
    says=(
        "{administers:it administers the server}; {bypasses_row_security:it bypasses row-level security};"
        " {creates_roles:it may create roles}; it owns {owned_tables:table} of tenants: {owned}"
    ),
)
def strong_application_role(role_strength: ir.Table) -> ir.Table:
    """Return the role of the application where it is no ordinary role, or owns tables of tenants."""
    role = role_strength
    strong = role.administers | role.bypasses_row_security | role.creates_roles | (role.owned_tables > 0)
    return role.filter(strong)

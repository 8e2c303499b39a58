"""The application connects as a role that can do more than its work.

A superuser, a role with BYPASSRLS and the owner of a table are not bound by row-level security, and who can
make roles can make himself
one: a single injected statement then reads every tenant's rows (GDPR Art. 25, 32(1)(b)). The roles are those
    of the policy's
`roles.application`; on MySQL and MariaDB who may alter or drop a table counts as its owner. What a role can
become by its memberships is `access-bypass-path`.

Remedy: let another role own the tables and make the application's an ordinary one; the statements are in
    `detail.ddl`: `ALTER ROLE app
NOSUPERUSER NOBYPASSRLS NOCREATEROLE`, `ALTER TABLE t OWNER TO app_owner; GRANT SELECT, INSERT, UPDATE, DELETE
ON t TO app`. Migrations then run as the owner.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-strong-application-role"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
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
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class ApplicationRole(Item, target="name"):
    """A role that the application connects as."""

    name: str
    missing: Missing | None = None


@each
def application_role(server: Server, policy: Policy) -> tuple[ApplicationRole, ...] | Missing:
    """The roles that the application connects as, by the policy's `roles.application`."""
    told, rights = policy.roles, server.rights
    if told is None or not told.application:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say which roles the application connects as: declare `roles.application`",
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    found = [ApplicationRole(name) for name in rights.called(told.application)]
    for name in told.application:
        if not rights.called([name]):
            hint = did_you_mean(name, rights.users)
            missing = Missing(
                Cause.UNSEEN, f"the policy names the role {name}, which {server.name} does not have.{hint}"
            )
            found.append(ApplicationRole(name, missing))
    return tuple(found)


SCHEMA = pa.schema(
    [(name, pa.bool_()) for name in ("administers", "bypasses_row_security", "creates_roles")]
    + [("owned_tables", pa.int64()), ("owned", pa.string()), ("ddl", pa.string())]
)
_OWNS = frozenset({"ALTER", "DROP", "GRANT OPTION"})


@fact
def role_strength(
    server: Server, application_role: ApplicationRole, catalogue_relations: Relations
) -> ir.Table:
    """What a role of the application may do beyond its work, in one row, with the statements that take it
    away.

    It may do anything, pass row-level security by, or make roles; and it owns so many of the tenants' tables.
    On MySQL who may alter or drop a table is counted as its owner.
    """
    rights, name = server.rights, application_role.name
    role = rights.roles[name]
    owned = [
        t
        for t in rights.relations
        if _owns(rights, name, t) and (s := catalogue_relations.scopes.get(t)) is not None and s.is_tenant
    ]
    row = {
        "administers": role.administers, "bypasses_row_security": role.bypasses,
        "creates_roles": role.creates_roles, "owned_tables": len(owned),
        "owned": ", ".join(sorted(owned)[:5]) or None, "ddl": _ddl(rights, name, owned),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _owns(rights: Rights, role: str, table: str) -> bool:
    if rights.has_row_security:
        return rights.relations[table].owner == role
    return any(g.grantee == role and g.privilege in _OWNS for g in rights.through(role, _OWNS, table))


def _ddl(rights: Rights, name: str, owned: list[str]) -> str | None:
    """Return the statements that make a role ordinary."""
    role = rights.roles[name]
    if rights.has_row_security:
        at = identifier(name)
        strong = {
            "NOSUPERUSER": role.administers,
            "NOBYPASSRLS": role.bypasses,
            "NOCREATEROLE": role.creates_roles,
        }
        told = (
            [f"ALTER ROLE {at} {' '.join(word for word, is_so in strong.items() if is_so)}"]
            if any(strong.values())
            else []
        )
        keeper = f"{name}_owner"
        if owned:
            told += [] if keeper in rights.roles else [f"CREATE ROLE {identifier(keeper)} NOLOGIN"]
            for table in owned:
                sql = rights.relations[table].sql
                told += [
                    f"ALTER TABLE {sql} OWNER TO {identifier(keeper)}",
                    f"GRANT SELECT, INSERT, UPDATE, DELETE ON {sql} TO {at}",
                ]
        return "; ".join(told) or None
    taken = sorted(
        {
            (g.on, g.privilege)
            for t in rights.relations
            for g in rights.through(name, _OWNS, t)
            if g.grantee == name
        }
    )
    told = [f"REVOKE {privilege} ON {on} FROM {name}" for on, privilege in taken]
    told += [
        f"REVOKE {word} ON *.* FROM {name}"
        for word, is_so in (("SUPER", role.administers), ("CREATE USER", role.creates_roles))
        if is_so
    ]
    return "; ".join(told) or None


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def strong_application_role(role_strength: ir.Table) -> ir.Table:
    """Return the role of the application where it administers, passes row-level security by, makes roles or
    owns tables of tenants.
    """
    found = role_strength
    strong = found.administers | found.bypasses_row_security | found.creates_roles | (found.owned_tables > 0)
    return found.filter(strong)

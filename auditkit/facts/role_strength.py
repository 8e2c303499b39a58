from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.rights import Rights
from auditkit.dataset.sql import identifier
from auditkit.facts.application_role import ApplicationRole
from auditkit.facts.server import Server
from auditkit.relations import Relations

SCHEMA = pa.schema(
    [(name, pa.bool_()) for name in ("administers", "bypasses_row_security", "creates_roles")]
    + [("owned_tables", pa.int64()), ("owned", pa.string()), ("ddl", pa.string())]
)
_OWNS = frozenset({"ALTER", "DROP", "GRANT OPTION"})


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

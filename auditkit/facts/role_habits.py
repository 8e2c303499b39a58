from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.rights import Rights, Role
from auditkit.facts.role_sign import RoleSign
from auditkit.facts.server import Server
from auditkit.outcome import Confidence, Severity
from auditkit.policy import Policy

SCHEMA = pa.schema(
    [("target", pa.string()), ("no_expiry", pa.bool_()), ("expired", pa.bool_()), ("unused", pa.bool_()), ("shared", pa.bool_()),
     ("human_and_service", pa.bool_()), ("programs", pa.int64()), ("severity", pa.string()), ("confidence", pa.string()),
     ("ddl", pa.string())]
)  # fmt: skip
_KEYLESS = frozenset({"none", "peer"})


def role_habits(server: Server, role_sign: RoleSign, policy: Policy, as_of: date) -> ir.Table:
    """What is untidy about the roles that log in, one row for each: those that the server brought and the
    audit's own are left out.

    Expiry: a password that never expires (one that is kept nowhere cannot), a role past its expiry, and one
        that has no right to anything
    in any database, owns nothing and is a member of nothing. Use: several programs connected as one role, and
    a person beside a service.
    """
    rights, rows = server.rights, []
    for role in rights.roles.values():
        if not role.logs_in or role.built_in or role.name == rights.role:
            continue
        row = _expiry(rights, role, as_of) if role_sign.name == "expiry" else _use(role)
        if row:
            rows.append({"target": role.name, **row})
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _expiry(rights: Rights, role: Role, as_of: date) -> dict[str, object]:
    no_expiry = role.expires is None and role.password not in _KEYLESS
    expired = role.expires is not None and role.expires <= as_of.isoformat()
    idle = not (role.administers or role.engaged) and len(rights.becomes(role.name)) == 1
    if not (no_expiry or expired or idle):
        return {}
    name = rights.sql(role.name)
    if rights.dialect == "postgres":
        ddl = (
            f"ALTER ROLE {name} NOLOGIN"
            if expired or idle
            else f"ALTER ROLE {name} VALID UNTIL '<date of the next change>'"
        )
    else:
        ddl = (
            f"ALTER USER {name} ACCOUNT LOCK"
            if expired or idle
            else f"ALTER USER {name} PASSWORD EXPIRE INTERVAL 90 DAY"
        )
    return {
        "no_expiry": no_expiry or None, "expired": expired or None, "unused": idle or None, "ddl": ddl,
        "severity": str(Severity.MEDIUM if idle else Severity.LOW),
        "confidence": str(Confidence.HIGH if expired or idle or role.password is not None else Confidence.MEDIUM),
    }  # fmt: skip


def _use(role: Role) -> dict[str, object]:
    programs, interactive = role.programs or 0, role.interactive or 0
    mixed = bool(interactive) and programs > interactive
    if programs < 2:
        return {}
    return {
        "shared": not mixed or None, "human_and_service": mixed or None, "programs": programs,
        "severity": str(Severity.MEDIUM if mixed else Severity.LOW),
        "confidence": str(Confidence.HIGH if mixed else Confidence.LOW),
    }  # fmt: skip
